#import "A0TouchIDLockViewController.h"
#import "A0APIClient+TouchID.h"
#import "A0ContainerViewController+Parts.h"
#import "A0Errors.h"
#import "A0Lock.h"
#import "A0Phrase.h"
#import "A0SimpleKeychain.h"
#import "A0Theme.h"

static NSString *const A0TouchIDUser = @"user_id";

@interface A0TouchIDLockViewController ()
- (void)keyMade:(NSError *)error;
@end

/// Makes a key where it may take its time, and comes back to the main thread, where the controller goes, too.
@interface A0KeyMaking : NSObject
@property (weak, nonatomic) A0TouchIDLockViewController *controller;
@property (strong, nonatomic) id<A0DeviceSigner> signer;
@property (strong, nonatomic) NSError *error;
- (void)make;
@end

@implementation A0KeyMaking

- (void)make {
    NSError *error = nil;
    if (![self.signer makeKey:&error]) {
        self.error = error ?: [NSError errorWithDomain:A0ErrorDomain code:A0ErrorCodeDeviceFailed userInfo:nil];
    }
    [self performSelectorOnMainThread:@selector(made)
                           withObject:nil
                        waitUntilDone:NO
                                modes:@[ NSRunLoopCommonModes, NSDefaultRunLoopMode ]];
}

- (void)made {
    [self.controller keyMade:self.error];
}

@end

@implementation A0TouchIDLockViewController {
    A0SimpleKeychain *_keychain;
    UITextField *_field;
    UIButton *_button;
    A0APIRequest *_request;
    A0KeyMaking *_making;
    // What the key is asked waits for the system, and perhaps for the person: never on the main thread, and in its order.
    NSOperationQueue *_keys;
    id<A0DeviceSigner> _signer;
}

- (id<A0DeviceSigner>)signer {
#if __has_include(<Security/Security.h>)
    if (_signer == nil) {
        NSString *name = [@"com.auth0.lock.touchid." stringByAppendingString:self.lock.clientId];
        _signer = [[A0DeviceKey alloc] initWithName:name reason:[self phrase:A0PhraseSignInTitle]];
    }
#endif
    return _signer;
}

- (void)setSigner:(id<A0DeviceSigner>)signer {
    _signer = signer;
}

- (NSOperationQueue *)keys {
    if (_keys == nil) {
        _keys = [[NSOperationQueue alloc] init];
        _keys.maxConcurrentOperationCount = 1;
    }
    return _keys;
}

- (NSString *)phrase:(A0Phrase)phrase {
    return A0PhraseText(phrase, self.lock.languages);
}

- (void)viewDidLoad {
    [super viewDidLoad];
    NSString *service = [@"com.auth0.lock.touchid." stringByAppendingString:self.lock.clientId];
    _keychain = [A0SimpleKeychain keychainWithService:service];
    _keychain.defaultAccessiblity = A0SimpleKeychainItemAccessibleAfterFirstUnlockThisDeviceOnly;
    if (self.cleanOnStart) {
        [self forget];
    }
    _field = [self textField];
    _field.keyboardType = UIKeyboardTypeEmailAddress;
    _field.textContentType = UITextContentTypeEmailAddress;
    _field.returnKeyType = UIReturnKeyContinue;
    _field.accessibilityLabel = [self phrase:A0PhraseEmailLabel];
    _field.placeholder = [self phrase:A0PhraseEmailLabel];
    [_field addTarget:self action:@selector(typed) forControlEvents:UIControlEventEditingChanged];
    [_field addTarget:self action:@selector(go) forControlEvents:UIControlEventEditingDidEndOnExit];
    _button = [self buttonWithConfiguration:[self primaryConfiguration] action:@selector(go)];
    [self addPart:_field];
    [self addPart:_button];
    [NSLayoutConstraint activateConstraints:@[
        [_field.heightAnchor constraintGreaterThanOrEqualToConstant:44],
        [_button.heightAnchor constraintGreaterThanOrEqualToConstant:44],
    ]];
    [self readRightToLeft:A0ReadsRightToLeft(self.lock.languages)];
    [self show:[self phrase:A0PhraseSignInTitle] in:self.titleLabel];
    [self show:[self phrase:A0PhraseClose] enabled:YES in:self.closeButton];
    self.closeButton.hidden = !self.closable;
    [self show:nil in:self.leadLabel];
    [self showBusy:NO error:nil];
}

- (void)viewDidAppear:(BOOL)animated {
    [super viewDidAppear:animated];
    if (self.user != nil) {
        [self go];
    } else {
        [_field becomeFirstResponder];
    }
}

- (NSString *)user {
    return [_keychain stringForKey:A0TouchIDUser];
}

- (void)forget {
    [_keychain deleteEntryForKey:A0TouchIDUser];
    id<A0DeviceSigner> signer = self.signer;
    [[self keys] addOperationWithBlock:^{
        [signer deleteKey];
    }];
}

#pragma mark - What is seen

- (void)showBusy:(BOOL)busy error:(NSString *)error {
    BOOL knows = self.user != nil;
    _field.hidden = knows;
    _field.enabled = !busy;
    UIButtonConfiguration *configuration = _button.configuration;
    configuration.showsActivityIndicator = busy;
    _button.configuration = configuration;
    BOOL ready = !busy && (knows || _field.text.length > 0);
    [self show:[self phrase:knows ? A0PhraseTouchID : A0PhraseContinue] enabled:ready in:_button];
    [self showError:error];
}

- (BOOL)isBusy {
    return _request != nil || _making != nil;
}

- (void)typed {
    [self showBusy:[self isBusy] error:nil];
}

#pragma mark - What is done

- (void)go {
    if ([self isBusy]) {
        return;
    }
    if (self.user != nil) {
        [self signIn];
    } else {
        [self enrol];
    }
}

/// The key first: an account without one could not be signed in to.
- (void)enrol {
    A0KeyMaking *making = [[A0KeyMaking alloc] init];
    making.controller = self;
    making.signer = self.signer;
    _making = making;
    [[self keys] addOperationWithBlock:^{
        [making make];
    }];
    [self showBusy:YES error:nil];
}

- (void)keyMade:(NSError *)error {
    if (_making == nil) {
        // The screen was closed meanwhile.
        return;
    }
    _making = nil;
    if (error != nil) {
        BOOL isOurs = [error.domain isEqual:A0ErrorDomain];
        [self showBusy:NO error:isOurs ? [self phrase:A0PhraseNotConfirmed] : error.localizedDescription];
        return;
    }
    __weak A0TouchIDLockViewController *weakSelf = self;
    _request = [self.lock.apiClient enrolForTouchIDWithEmail:_field.text ?: @""
                                                      signer:self.signer
                                                     success:^(NSString *userId) { [weakSelf enrolled:userId]; }
                                                     failure:^(NSError *found) { [weakSelf failed:found]; }];
    [self showBusy:YES error:nil];
}

- (void)enrolled:(NSString *)userId {
    _request = nil;
    [_keychain setString:userId forKey:A0TouchIDUser];
    [self.view endEditing:YES];
    [self signIn];
}

- (void)signIn {
    __weak A0TouchIDLockViewController *weakSelf = self;
    _request = [self.lock.apiClient loginWithTouchIDOfUser:self.user
        signer:self.signer
        success:^(A0UserProfile *profile, A0Token *token) { [weakSelf signedIn:profile token:token]; }
        failure:^(NSError *found) { [weakSelf failed:found]; }];
    [self showBusy:YES error:nil];
}

- (void)signedIn:(A0UserProfile *)profile token:(A0Token *)token {
    _request = nil;
    [self showBusy:NO error:nil];
    if (self.onAuthenticationBlock != nil) {
        self.onAuthenticationBlock(profile, token);
    }
}

- (void)failed:(NSError *)error {
    _request = nil;
    // There is no key here, or the server does not know it any more: begin again. A device that failed still has its
    // key, and an address that has an account cannot enrol another.
    BOOL gone = [error a0_auth0ErrorWithCode:A0ErrorCodeSignInAgain];
    BOOL cancelled = [error a0_auth0ErrorWithCode:A0ErrorCodeAuth0Cancelled];
    BOOL refused = !cancelled && ![error a0_auth0ErrorWithCode:A0ErrorCodeNotConnectedToInternet];
    if (gone || (self.cleanOnError && refused)) {
        [self forget];
    }
    // Who ended the prompt knows it.
    [self showBusy:NO error:cancelled ? nil : error.localizedDescription];
}

- (void)close {
    _making = nil;
    [_request cancel];
    [super close];
}

@end
