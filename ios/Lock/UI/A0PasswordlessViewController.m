#import "A0PasswordlessViewController+Channel.h"
#import "A0ContainerViewController+Parts.h"
#import "A0CountryViewController.h"
#import "A0Lock.h"
#import "A0SignIn.h"
#import "A0Theme.h"

/// A skin: what happens, and every text, is of A0SignIn.
@implementation A0PasswordlessViewController {
    A0SignIn *_signIn;
    A0SignInScreen _shown;
    UIButton *_countryButton, *_submitButton, *_resendButton, *_haveCodeButton, *_changeButton;
    UITextField *_field;
    UILabel *_noteLabel, *_noticeLabel;
}

- (A0SignInChannel)channel {
    return A0SignInChannelEither;
}

- (void)viewDidLoad {
    [super viewDidLoad];
    [self makeParts];
    _signIn = [[A0SignIn alloc] initWithLock:self.lock
                                     channel:[self channel]
                                   magicLink:self.useMagicLink
                                  parameters:self.authenticationParameters];
    __weak A0PasswordlessViewController *weakSelf = self;
    _signIn.onChange = ^{
        [weakSelf show];
    };
    _signIn.onFinish = ^(A0UserProfile *profile, A0Token *token) {
        A0PasswordlessViewController *controller = weakSelf;
        [controller.view endEditing:YES];
        if (controller.onAuthenticationBlock != nil) {
            controller.onAuthenticationBlock(profile, token);
        }
    };
    [self show];
}

- (void)viewDidAppear:(BOOL)animated {
    [super viewDidAppear:animated];
    [_field becomeFirstResponder];
}

- (void)makeParts {
    UIColor *description = [[A0Theme sharedInstance] colorForKey:A0ThemeDescriptionTextColor
                                                    defaultColor:[UIColor secondaryLabelColor]];
    _field = [self textField];
    [_field addTarget:self action:@selector(typed) forControlEvents:UIControlEventEditingChanged];
    [_field addTarget:self action:@selector(submit) forControlEvents:UIControlEventEditingDidEndOnExit];
    _countryButton = [self buttonWithConfiguration:[UIButtonConfiguration grayButtonConfiguration]
                                            action:@selector(chooseCountry)];
    UIStackView *row = [[UIStackView alloc] initWithArrangedSubviews:@[ _countryButton, _field ]];
    row.axis = UILayoutConstraintAxisHorizontal;
    row.spacing = 8;
    // The code of a country stands to the left of its numbers, in every script.
    row.semanticContentAttribute = UISemanticContentAttributeForceLeftToRight;
    _submitButton = [self buttonWithConfiguration:[self primaryConfiguration] action:@selector(submit)];
    _noteLabel = [self labelWithFont:A0ThemeDescriptionFont style:UIFontTextStyleFootnote color:description];
    _noticeLabel = [self labelWithFont:A0ThemeDescriptionFont style:UIFontTextStyleBody color:description];
    _resendButton = [self buttonWithConfiguration:[self secondaryConfiguration] action:@selector(resend)];
    _haveCodeButton = [self buttonWithConfiguration:[self secondaryConfiguration] action:@selector(haveCode)];
    _changeButton = [self buttonWithConfiguration:[self secondaryConfiguration] action:@selector(change)];
    NSArray<UIView *> *parts =
        @[ row, _submitButton, _noteLabel, _noticeLabel, _resendButton, _haveCodeButton, _changeButton ];
    for (UIView *part in parts) {
        [self addPart:part];
    }
    [NSLayoutConstraint activateConstraints:@[
        [_field.heightAnchor constraintGreaterThanOrEqualToConstant:44],
        [_submitButton.heightAnchor constraintGreaterThanOrEqualToConstant:44],
    ]];
}

#pragma mark - What is seen

- (void)show {
    A0SignInView *view = _signIn.view;
    if (view.screen == A0SignInScreenClosed) {
        return;
    }
    [self readRightToLeft:view.rightToLeft];
    [self show:view.title in:self.titleLabel];
    [self show:view.lead in:self.leadLabel];
    [self show:view.closeLabel enabled:YES in:self.closeButton];
    self.closeButton.hidden = !self.closable;
    [self showField:view];
    [self showCountry:view];
    [self showSubmit:view];
    [self show:view.note in:_noteLabel];
    [self showNotice:view.notice];
    [self show:view.resend.label enabled:view.resend.enabled in:_resendButton];
    [self show:view.haveCode.label enabled:view.haveCode.enabled in:_haveCodeButton];
    [self show:view.change.label enabled:view.change.enabled in:_changeButton];
    [self showError:view.error];
    if (view.screen != _shown) {
        BOOL isFirst = _shown == 0;
        _shown = view.screen;
        if (!isFirst) {
            UIAccessibilityPostNotification(UIAccessibilityScreenChangedNotification, self.titleLabel);
        }
    }
}

- (void)showField:(A0SignInView *)view {
    BOOL isDone = view.screen == A0SignInScreenDone;
    _field.hidden = isDone;
    if (![_field.text isEqual:view.fieldValue]) {
        _field.text = view.fieldValue;
    }
    _field.enabled = !view.busy;
    _field.accessibilityLabel = view.fieldLabel;
    _field.accessibilityHint = view.fieldHint;
    _field.placeholder = view.fieldHint ?: view.fieldLabel;
    UITextContentType type = UITextContentTypeOneTimeCode;
    UIKeyboardType keyboard = UIKeyboardTypeNumberPad;
    if (view.fieldKind == A0SignInFieldKindPhone) {
        type = UITextContentTypeTelephoneNumber;
        keyboard = UIKeyboardTypePhonePad;
    } else if (view.fieldKind == A0SignInFieldKindEmail) {
        type = UITextContentTypeEmailAddress;
        keyboard = UIKeyboardTypeEmailAddress;
    }
    if (![_field.textContentType isEqual:type]) {
        _field.textContentType = type;
        _field.keyboardType = keyboard;
        _field.returnKeyType = UIReturnKeyContinue;
        [_field reloadInputViews];
    }
    // A field that was disabled lost the keyboard.
    if (!view.busy && !isDone && self.view.window != nil && self.presentedViewController == nil) {
        [_field becomeFirstResponder];
    }
}

- (void)showCountry:(A0SignInView *)view {
    A0Country *country = view.country;
    NSString *title = country ? [NSString stringWithFormat:@"%@ %@", country.flag, country.callingCode] : nil;
    [self show:view.countryLabel ? (title ?: view.countryLabel) : nil enabled:!view.busy in:_countryButton];
    _countryButton.accessibilityLabel = view.countryLabel;
    _countryButton.accessibilityValue = country ? [country nameInLanguages:self.lock.languages] : nil;
}

- (void)showSubmit:(A0SignInView *)view {
    UIButtonConfiguration *configuration = _submitButton.configuration;
    if (configuration.showsActivityIndicator != view.busy) {
        configuration.showsActivityIndicator = view.busy;
        _submitButton.configuration = configuration;
    }
    NSString *label = view.screen == A0SignInScreenDone ? nil : view.submit.label;
    [self show:label enabled:view.submit.enabled in:_submitButton];
}

- (void)showNotice:(NSString *)notice {
    BOOL isNew = notice != nil && ![notice isEqual:_noticeLabel.text];
    [self show:notice in:_noticeLabel];
    if (isNew) {
        UIAccessibilityPostNotification(UIAccessibilityAnnouncementNotification, notice);
    }
}

#pragma mark - What is done

/// Fewest characters that no thumb types at once: the system filled in a code.
static const NSInteger A0FewestFilledIn = 4;

- (void)typed {
    NSString *text = _field.text ?: @"";
    BOOL isCode = _signIn.view.fieldKind == A0SignInFieldKindCode;
    NSInteger more = (NSInteger)text.length - (NSInteger)_signIn.view.fieldValue.length;
    A0SignInEvent typed = isCode ? A0SignInEventCode : A0SignInEventIdentifier;
    [_signIn happen:isCode && more >= A0FewestFilledIn ? A0SignInEventReceived : typed text:text];
}

- (void)submit {
    [_signIn happen:A0SignInEventSubmit];
}

- (void)resend {
    [_signIn happen:A0SignInEventResend];
}

- (void)haveCode {
    [_signIn happen:A0SignInEventHaveCode];
}

- (void)change {
    [_signIn happen:A0SignInEventChange];
}

- (void)close {
    [_signIn happen:A0SignInEventClose];
    [super close];
}

- (void)chooseCountry {
    A0CountryViewController *list = [[A0CountryViewController alloc] initWithLanguages:self.lock.languages
                                                                                 title:_signIn.view.countryLabel
                                                                                search:_signIn.view.countrySearch];
    __weak A0PasswordlessViewController *weakSelf = self;
    list.onChoice = ^(A0Country *country) {
        [weakSelf choose:country];
    };
    UINavigationController *navigation = [[UINavigationController alloc] initWithRootViewController:list];
    [self presentViewController:navigation animated:YES completion:nil];
}

- (void)choose:(A0Country *)country {
    if (country != nil) {
        [_signIn happen:A0SignInEventCountry text:country.region];
    }
    [self dismissViewControllerAnimated:YES
                             completion:^{
                                 [self->_field becomeFirstResponder];
                             }];
}

@end
