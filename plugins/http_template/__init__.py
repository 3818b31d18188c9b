"""Templates for plugins/http: text with variables, conditions, loops and functions, escaped and streamed."""

from .template import Template as Template
from .template import TemplateError as TemplateError
from .template import Templates as Templates

__version__ = "1.0.0"
