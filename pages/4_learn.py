"""Learn: memory reuse step by step, in lessons, on any small net, and as a quiz."""

from memplan.ui.learn import activity_choice
from memplan.ui.learn_choice import Activity
from memplan.ui.learn_lessons import lesson_page
from memplan.ui.learn_nets import quiz_page, step_page
from memplan.ui.router import inside_the_app

inside_the_app()
activity = activity_choice()

if activity is Activity.LESSONS:
    lesson_page()
elif activity is Activity.STEP:
    step_page()
else:
    quiz_page()
