#import "Driver.h"
#import "Strict.h"

static UIWindow *window;

UIWindow *DriverWindow(UIViewController *root, UIUserInterfaceIdiom idiom) {
    StrictIdiom = idiom;
    StrictAnnouncements = [NSMutableArray array];
    StrictSegues = [NSMutableArray array];
    window = [[UIWindow alloc] init];
    window.rootViewController = root;
    [window makeKeyAndVisible];
    return window;
}

UIViewController *DriverTop(void) {
    UIViewController *top = window.rootViewController;
    while (top.presentedViewController != nil) {
        top = top.presentedViewController;
    }
    return [top isKindOfClass:[UINavigationController class]] ? ((UINavigationController *)top).topViewController : top;
}

/// What a person can reach, from the top to the bottom.
static NSArray<UIView *> *Seen(void) {
    NSMutableArray<UIView *> *seen = [NSMutableArray array];
    NSMutableArray<UIView *> *left = [NSMutableArray arrayWithObject:DriverTop().view];
    while (left.count > 0) {
        UIView *view = left.firstObject;
        [left removeObjectAtIndex:0];
        if (view.visible) {
            [seen addObject:view];
            for (UIView *child in view.subviews.reverseObjectEnumerator) {
                [left insertObject:child atIndex:0];
            }
        }
    }
    return seen;
}

static NSString *TextOf(UIView *view) {
    if ([view isKindOfClass:[UILabel class]]) return ((UILabel *)view).text;
    if ([view isKindOfClass:[UIButton class]]) return ((UIButton *)view).configuration.title ?: view.accessibilityLabel;
    if ([view isKindOfClass:[UITextField class]]) return ((UITextField *)view).text;
    return nil;
}

NSArray<NSString *> *DriverTexts(void) {
    NSMutableArray<NSString *> *texts = [NSMutableArray array];
    for (UIView *view in Seen()) {
        NSString *text = TextOf(view);
        if (text.length > 0) {
            [texts addObject:text];
        }
    }
    return texts;
}

BOOL DriverSees(NSString *text) {
    return [[DriverTexts() componentsJoinedByString:@"\n"] rangeOfString:text].location != NSNotFound;
}

UIButton *DriverButton(NSString *text) {
    for (UIView *view in Seen()) {
        BOOL named = [TextOf(view) isEqual:text] || [view.accessibilityLabel isEqual:text];
        if ([view isKindOfClass:[UIButton class]] && named) {
            return (UIButton *)view;
        }
    }
    return nil;
}

void DriverTap(NSString *text) {
    DriverAudit();
    UIButton *button = DriverButton(text);
    Strict(button != nil, @"nobody sees a button \"%@\" among: %@", text, [DriverTexts() componentsJoinedByString:@" | "]);
    Strict(button.enabled && button.userInteractionEnabled, @"\"%@\" is disabled", text);
    [button sendActionsForControlEvents:UIControlEventTouchUpInside];
}

UITextField *DriverField(void) {
    UITextField *field = nil;
    for (UIView *view in Seen()) {
        if ([view isKindOfClass:[UITextField class]]) {
            Strict(field == nil, @"two fields where one is expected");
            field = (UITextField *)view;
        }
    }
    Strict(field != nil, @"nobody sees a field");
    return field;
}

static UITextField *Editable(void) {
    DriverAudit();
    UITextField *field = DriverField();
    Strict(field.enabled && field.userInteractionEnabled, @"the field is disabled");
    Strict(field.isFirstResponder || [field becomeFirstResponder], @"the field takes no keyboard");
    return field;
}

void DriverType(NSString *text) {
    UITextField *field = Editable();
    for (NSUInteger at = 0; at < text.length; at++) {
        field.text = [field.text ?: @"" stringByAppendingString:[text substringWithRange:NSMakeRange(at, 1)]];
        [field sendActionsForControlEvents:UIControlEventEditingChanged];
    }
}

void DriverFill(NSString *text) {
    UITextField *field = Editable();
    Strict([field.textContentType isEqual:UITextContentTypeOneTimeCode], @"the system fills codes into no such field");
    field.text = text;
    [field sendActionsForControlEvents:UIControlEventEditingChanged];
}

void DriverReturn(void) {
    [Editable() sendActionsForControlEvents:UIControlEventEditingDidEndOnExit];
}

void DriverSearch(NSString *text) {
    UITableViewController *list = (UITableViewController *)DriverTop();
    UISearchBar *bar = (UISearchBar *)list.tableView.tableHeaderView;
    bar.text = text;
    [bar.delegate searchBar:bar textDidChange:text];
}

void DriverTapRow(NSString *text) {
    DriverAudit();
    UITableViewController *list = (UITableViewController *)DriverTop();
    Strict([list isKindOfClass:[UITableViewController class]], @"nobody sees a list");
    NSInteger rows = [list tableView:list.tableView numberOfRowsInSection:0];
    for (NSInteger row = 0; row < rows; row++) {
        NSUInteger path[2] = {0, (NSUInteger)row};
        NSIndexPath *place = [NSIndexPath indexPathWithIndexes:path length:2];
        UITableViewCell *cell = [list tableView:list.tableView cellForRowAtIndexPath:place];
        if ([cell.textLabel.text rangeOfString:text].location != NSNotFound) {
            [list tableView:list.tableView didSelectRowAtIndexPath:place];
            return;
        }
    }
    Strict(NO, @"no row has \"%@\"", text);
}

BOOL DriverEscape(void) {
    return [DriverTop() accessibilityPerformEscape];
}

NSArray<NSString *> *DriverAnnouncements(void) {
    NSArray<NSString *> *told = [StrictAnnouncements copy];
    [StrictAnnouncements removeAllObjects];
    return told;
}

NSArray<NSString *> *DriverSegues(void) {
    return [StrictSegues copy];
}

@implementation DriverLink {
    NSURL *_url;
}
- (instancetype)initWithURL:(NSURL *)url {
    self = [super init];
    if (self) {
        _url = url;
    }
    return self;
}
- (NSURL *)webpageURL {
    return _url;
}
@end

static void AuditLabel(UILabel *label) {
    Strict(label.font.scalable && label.adjustsFontForContentSizeCategory, @"\"%@\" does not grow with the text size",
           label.text);
    Strict(label.textColor.dynamic, @"the colour of \"%@\" does not follow dark mode", label.text);
}

static void AuditField(UITextField *field) {
    Strict(field.accessibilityLabel.length > 0, @"a field without a label for VoiceOver");
    Strict(field.font.scalable && field.adjustsFontForContentSizeCategory, @"a field does not grow with the text size");
    Strict(field.textColor.dynamic, @"the colour of a field does not follow dark mode");
}

void DriverAudit(void) {
    UIView *root = DriverTop().view;
    Strict(root.backgroundColor.dynamic || [root isKindOfClass:[UITableView class]],
           @"the background does not follow dark mode");
    for (UIView *view in Seen()) {
        if ([view isKindOfClass:[UILabel class]] && ((UILabel *)view).text.length > 0) {
            AuditLabel((UILabel *)view);
            Strict(((UILabel *)view).numberOfLines == 0, @"\"%@\" is cut off when text is large", ((UILabel *)view).text);
        } else if ([view isKindOfClass:[UITextField class]]) {
            AuditField((UITextField *)view);
        } else if ([view isKindOfClass:[UIButton class]]) {
            Strict(TextOf(view).length > 0, @"a button without a label for VoiceOver");
        } else if ([view isKindOfClass:[UIImageView class]]) {
            Strict(!view.isAccessibilityElement || view.accessibilityLabel.length > 0, @"a picture without a label");
        }
    }
}
