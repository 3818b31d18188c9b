"""HTTPS: curl -k https://127.0.0.1:8080/

The certificate is signed by itself and its key is public: make your own with
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=mydevice \
  -keyout key.pem -out certificate.pem
"""

from modcore import Module
from plugins.http import Router

web = Router()


@web.get("/")
def home(request):
    return {"secure": request.secure}


class Safe(Module):
    """Tells whether nobody reads along."""

    routes = web
