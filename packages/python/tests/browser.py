"""A browser as small as the sign-in pages allow: cookies, forms, and the place that it is sent away to."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    def __init__(self, server):
        self.origin = server.base_url
        cookies = urllib.request.HTTPCookieProcessor()
        trusting = urllib.request.HTTPSHandler(context=server.tls)
        self.opener = urllib.request.build_opener(cookies, trusting, Stay())
        self.url = self.origin
        self.page = ""

    def open(self, url, data=None):
        """Goes there, and on within the server. The URL where it ends, on a page or at an app's callback."""
        while True:
            self.url = urllib.parse.urljoin(self.url, url)
            if not self.url.startswith(self.origin):
                return self.url
            request = urllib.request.Request(self.url, data=data, headers={"origin": self.origin})
            try:
                answer = self.opener.open(request, timeout=20)
            except urllib.error.HTTPError as error:
                answer = error
            if answer.status not in (301, 302, 303):
                self.page = answer.read().decode()
                return self.url
            url, data = answer.headers["location"], None

    def submit(self, **fields):
        """Fills in the page's first form and sends it."""
        form = re.search(r'<form[^>]*action="([^"]*)".*?</form>', self.page, re.DOTALL)
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form.group(0))
        data = {name: html.unescape(value) for name, value in hidden} | fields
        return self.open(html.unescape(form.group(1)), urllib.parse.urlencode(data).encode())
