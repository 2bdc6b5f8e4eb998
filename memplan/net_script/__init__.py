"""A net from the small language of `formats.net_text`, whole and sized; and a net as such a text.

What is right line by line may still be wrong as a whole: a blob that is read before it is made, a
size that an op's rule denies, one that nobody can tell. Each is told with its line.
"""

from memplan.net_script.reading import EXAMPLE, Script, read_script
from memplan.net_script.writing import net_text

__all__ = ["EXAMPLE", "Script", "net_text", "read_script"]
