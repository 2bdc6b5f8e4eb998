"""Learn: memory reuse step by step, in lessons, on any small net, and on what you write."""

from memplan.ui.learn import activity_choice
from memplan.ui.learn_break import break_page
from memplan.ui.learn_choice import Activity
from memplan.ui.learn_edit import edit_page
from memplan.ui.learn_lessons import lesson_page
from memplan.ui.learn_nets import quiz_page, step_page
from memplan.ui.learn_own import own_page
from memplan.ui.router import inside_the_app

inside_the_app()
activity = activity_choice()

if activity is Activity.LESSONS:
    lesson_page()
elif activity is Activity.STEP:
    step_page()
elif activity is Activity.QUIZ:
    quiz_page()
elif activity is Activity.EDIT:
    edit_page()
elif activity is Activity.BREAK:
    break_page()
else:
    own_page()
