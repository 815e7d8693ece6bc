// The answer goes on to the client by itself (OAuth 2.0 Form Post Response Mode).
document.forms[0].submit();
