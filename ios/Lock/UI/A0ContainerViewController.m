#import "A0ContainerViewController+Parts.h"
#import "A0AuthParameters.h"
#import "A0Lock.h"
#import "A0Theme.h"

@implementation A0ContainerViewController {
    UIStackView *_stack;
    UIImageView *_picture;
}

- (instancetype)init {
    return [self initWithLock:[A0Lock sharedLock]];
}

- (instancetype)initWithLock:(A0Lock *)lock {
    self = [super initWithNibName:nil bundle:nil];
    if (self) {
        _lock = lock;
        _authenticationParameters = [A0AuthParameters newDefaultParams];
        if ([UIDevice currentDevice].userInterfaceIdiom == UIUserInterfaceIdiomPad) {
            self.modalPresentationStyle = UIModalPresentationFormSheet;
        }
        // Who swipes by mistake while reading a message would have to begin again.
        self.modalInPresentation = YES;
    }
    return self;
}

- (void)setAuthenticationParameters:(A0AuthParameters *)parameters {
    _authenticationParameters = parameters ?: [A0AuthParameters newDefaultParams];
}

- (void)setClosable:(BOOL)closable {
    _closable = closable;
    self.closeButton.hidden = !closable;
}

#pragma mark - Parts

- (void)viewDidLoad {
    [super viewDidLoad];
    A0Theme *theme = [A0Theme sharedInstance];
    self.view.backgroundColor = [theme colorForKey:A0ThemeScreenBackgroundColor
                                      defaultColor:[UIColor systemBackgroundColor]];
    _closeButton = [self buttonWithConfiguration:[self secondaryConfiguration] action:@selector(close)];
    _closeButton.hidden = !self.closable;
    UIImage *image = [theme imageForKey:A0ThemeIconImageName];
    _picture = [[UIImageView alloc] initWithImage:image];
    _picture.contentMode = UIViewContentModeScaleAspectFit;
    _picture.isAccessibilityElement = NO;
    _picture.hidden = image == nil;
    _titleLabel = [self labelWithFont:A0ThemeTitleFont
                                style:UIFontTextStyleTitle1
                                color:[theme colorForKey:A0ThemeTitleTextColor defaultColor:[UIColor labelColor]]];
    _titleLabel.accessibilityTraits = UIAccessibilityTraitHeader;
    UIColor *description = [theme colorForKey:A0ThemeDescriptionTextColor defaultColor:[UIColor secondaryLabelColor]];
    _leadLabel = [self labelWithFont:A0ThemeDescriptionFont style:UIFontTextStyleBody color:description];
    _errorLabel = [self labelWithFont:A0ThemeDescriptionFont style:UIFontTextStyleBody color:[UIColor systemRedColor]];
    _errorLabel.hidden = YES;
    [self layOut];
    for (UIView *part in @[ _closeButton, _picture, _titleLabel, _leadLabel, _errorLabel ]) {
        [self addPart:part];
    }
}

/// A column that scrolls, above the keyboard, never wider than text is read well.
- (void)layOut {
    UIScrollView *scroll = [[UIScrollView alloc] init];
    scroll.translatesAutoresizingMaskIntoConstraints = NO;
    scroll.keyboardDismissMode = UIScrollViewKeyboardDismissModeInteractive;
    [self.view addSubview:scroll];
    _stack = [[UIStackView alloc] init];
    _stack.axis = UILayoutConstraintAxisVertical;
    _stack.spacing = 16;
    _stack.translatesAutoresizingMaskIntoConstraints = NO;
    [scroll addSubview:_stack];
    UIView *view = self.view;
    UILayoutGuide *content = scroll.contentLayoutGuide, *column = view.readableContentGuide;
    [NSLayoutConstraint activateConstraints:@[
        [scroll.topAnchor constraintEqualToAnchor:view.safeAreaLayoutGuide.topAnchor],
        [scroll.leadingAnchor constraintEqualToAnchor:view.leadingAnchor],
        [scroll.trailingAnchor constraintEqualToAnchor:view.trailingAnchor],
        [scroll.bottomAnchor constraintEqualToAnchor:view.keyboardLayoutGuide.topAnchor],
        [_stack.topAnchor constraintEqualToAnchor:content.topAnchor constant:16],
        [_stack.bottomAnchor constraintEqualToAnchor:content.bottomAnchor constant:-16],
        [_stack.leadingAnchor constraintEqualToAnchor:column.leadingAnchor],
        [_stack.trailingAnchor constraintEqualToAnchor:column.trailingAnchor],
        [content.widthAnchor constraintEqualToAnchor:scroll.frameLayoutGuide.widthAnchor],
    ]];
}

- (void)addPart:(UIView *)view {
    [_stack addArrangedSubview:view];
}

- (UILabel *)labelWithFont:(NSString *)fontKey style:(UIFontTextStyle)style color:(UIColor *)color {
    UILabel *label = [[UILabel alloc] init];
    label.font = [[A0Theme sharedInstance] fontForKey:fontKey textStyle:style];
    label.adjustsFontForContentSizeCategory = YES;
    label.textColor = color;
    label.numberOfLines = 0;
    label.textAlignment = NSTextAlignmentNatural;
    return label;
}

- (UIButton *)buttonWithConfiguration:(UIButtonConfiguration *)configuration action:(SEL)action {
    UIButton *button = [UIButton buttonWithType:UIButtonTypeSystem];
    button.configuration = configuration;
    [button addTarget:self action:action forControlEvents:UIControlEventTouchUpInside];
    return button;
}

- (UIButtonConfiguration *)primaryConfiguration {
    A0Theme *theme = [A0Theme sharedInstance];
    UIButtonConfiguration *configuration = [UIButtonConfiguration filledButtonConfiguration];
    configuration.baseBackgroundColor = [theme colorForKey:A0ThemePrimaryButtonNormalColor];
    configuration.baseForegroundColor = [theme colorForKey:A0ThemePrimaryButtonTextColor];
    configuration.imagePadding = 8;
    configuration.contentInsets = NSDirectionalEdgeInsetsMake(14, 16, 14, 16);
    return configuration;
}

- (UIButtonConfiguration *)secondaryConfiguration {
    UIButtonConfiguration *configuration = [UIButtonConfiguration plainButtonConfiguration];
    configuration.baseForegroundColor = [[A0Theme sharedInstance] colorForKey:A0ThemeSecondaryButtonTextColor];
    configuration.contentInsets = NSDirectionalEdgeInsetsMake(12, 16, 12, 16);
    return configuration;
}

- (UITextField *)textField {
    A0Theme *theme = [A0Theme sharedInstance];
    UITextField *field = [[UITextField alloc] init];
    field.font = [theme fontForKey:A0ThemeTextFieldFont textStyle:UIFontTextStyleBody];
    field.adjustsFontForContentSizeCategory = YES;
    field.textColor = [theme colorForKey:A0ThemeTextFieldTextColor defaultColor:[UIColor labelColor]];
    field.borderStyle = UITextBorderStyleRoundedRect;
    field.textAlignment = NSTextAlignmentNatural;
    field.autocapitalizationType = UITextAutocapitalizationTypeNone;
    field.autocorrectionType = UITextAutocorrectionTypeNo;
    field.enablesReturnKeyAutomatically = YES;
    // Numbers and addresses are written from left to right everywhere.
    field.semanticContentAttribute = UISemanticContentAttributeForceLeftToRight;
    return field;
}

- (void)show:(NSString *)text in:(UILabel *)label {
    label.text = text;
    label.hidden = text.length == 0;
}

- (void)show:(NSString *)title enabled:(BOOL)enabled in:(UIButton *)button {
    button.hidden = title.length == 0;
    button.enabled = enabled;
    UIButtonConfiguration *configuration = button.configuration;
    if (![configuration.title isEqual:title]) {
        configuration.title = title;
        button.configuration = configuration;
    }
}

- (void)showError:(NSString *)error {
    BOOL isNew = error != nil && ![error isEqual:self.errorLabel.text];
    [self show:error in:self.errorLabel];
    if (isNew) {
        UIAccessibilityPostNotification(UIAccessibilityAnnouncementNotification, error);
    }
}

- (void)readRightToLeft:(BOOL)rightToLeft {
    UISemanticContentAttribute attribute =
        rightToLeft ? UISemanticContentAttributeForceRightToLeft : UISemanticContentAttributeForceLeftToRight;
    self.view.semanticContentAttribute = attribute;
    _stack.semanticContentAttribute = attribute;
    for (UIView *part in _stack.arrangedSubviews) {
        if ([part isKindOfClass:[UILabel class]] || [part isKindOfClass:[UIButton class]]) {
            part.semanticContentAttribute = attribute;
        }
    }
}

#pragma mark - Closing

- (void)close {
    void (^dismissed)(void) = self.onUserDismissBlock;
    [self.view endEditing:YES];
    if (self.presentingViewController == nil) {
        // The app shows it in a way of its own, and takes it away itself.
        if (dismissed != nil) {
            dismissed();
        }
        return;
    }
    [self.presentingViewController dismissViewControllerAnimated:YES completion:dismissed];
}

- (BOOL)accessibilityPerformEscape {
    if (!self.closable) {
        return NO;
    }
    [self close];
    return YES;
}

@end
