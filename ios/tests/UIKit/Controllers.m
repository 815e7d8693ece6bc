#import "Strict.h"
#include <objc/runtime.h>

/// A presentation or dismissal that is being animated: until the run loop comes round.
static BOOL moving;

@interface UIViewController ()
@property (copy, nonatomic) void (^ending)(void);
@end

@implementation UIViewController {
    UIView *_view;
    UIViewController *_presented;
    __weak UIViewController *_presenting;
    UINavigationItem *_item;
}
- (instancetype)init {
    return [self initWithNibName:nil bundle:nil];
}
- (instancetype)initWithNibName:(NSString *)name bundle:(NSBundle *)bundle {
    ON_MAIN();
    self = [super init];
    if (self) {
        _modalPresentationStyle = UIModalPresentationPageSheet;
        _item = [[UINavigationItem alloc] init];
    }
    return self;
}
- (UIView *)view {
    ON_MAIN();
    if (_view == nil) {
        [self loadView];
        Strict(_view != nil, @"%@ loaded no view", [self class]);
        _view.owner = self;
        [self viewDidLoad];
    }
    return _view;
}
- (void)setView:(UIView *)view {
    _view = view;
}
- (void)loadView {
    self.view = [[UIView alloc] init];
}
- (void)viewDidLoad {
}
- (void)viewWillAppear:(BOOL)animated {
}
- (void)viewDidAppear:(BOOL)animated {
}
- (void)viewWillDisappear:(BOOL)animated {
}
- (void)viewDidDisappear:(BOOL)animated {
}
- (BOOL)accessibilityPerformEscape {
    return NO;
}
- (void)appear {
    [self viewWillAppear:NO];
    [self viewDidAppear:NO];
}
- (UIViewController *)presentedViewController {
    return _presented;
}
- (UIViewController *)presentingViewController {
    return _presenting ?: self.parent.presentingViewController;
}
- (UINavigationController *)navigationController {
    UIViewController *parent = self.parent;
    return [parent isKindOfClass:[UINavigationController class]] ? (UINavigationController *)parent : nil;
}
- (UINavigationItem *)navigationItem {
    return _item;
}
- (void)presentViewController:(UIViewController *)controller
                     animated:(BOOL)animated
                   completion:(void (^)(void))completion {
    ON_MAIN();
    Strict(controller != nil, @"nothing to present");
    Strict(!moving, @"presenting while another presentation is under way");
    Strict(_presented == nil, @"presenting %@ on %@, which presents already", [controller class], [self class]);
    Strict(self.view.window != nil, @"presenting on %@, whose view is not in the window", [self class]);
    Strict(controller.presentingViewController == nil, @"presenting %@ twice", [controller class]);
    UIWindow *window = self.view.window;
    _presented = controller;
    controller->_presenting = self;
    moving = YES;
    [controller viewWillAppear:animated];
    [window addSubview:controller.view];
    self.ending = ^{
        [controller viewDidAppear:animated];
        if (completion != nil) {
            completion();
        }
    };
    [self performSelector:@selector(endMove) withObject:nil afterDelay:0];
}
- (void)endMove {
    moving = NO;
    void (^ending)(void) = self.ending;
    self.ending = nil;
    ending();
}
- (void)dismissViewControllerAnimated:(BOOL)animated completion:(void (^)(void))completion {
    ON_MAIN();
    UIViewController *gone = _presented;
    if (gone == nil) {
        UIViewController *presenting = self.presentingViewController;
        Strict(presenting != nil, @"dismissing %@, which neither presents nor is presented", [self class]);
        [presenting dismissViewControllerAnimated:animated completion:completion];
        return;
    }
    Strict(!moving, @"dismissing while a presentation is under way");
    moving = YES;
    for (UIViewController *each = gone; each != nil; each = each->_presented) {
        [each viewWillDisappear:animated];
        [each.view removeFromSuperview];
        [each viewDidDisappear:animated];
    }
    _presented = nil;
    gone->_presenting = nil;
    self.ending = ^{
        if (completion != nil) {
            completion();
        }
    };
    [self performSelector:@selector(endMove) withObject:nil afterDelay:0];
}
- (void)performSegueWithIdentifier:(NSString *)identifier sender:(id)sender {
    ON_MAIN();
    Strict(self.presentedViewController == nil, @"a segue from below what is presented");
    [StrictSegues addObject:identifier];
}
@end

@implementation UIBarButtonItem
- (instancetype)initWithBarButtonSystemItem:(UIBarButtonSystemItem)item target:(id)target action:(SEL)action {
    self = [super init];
    if (self) {
        Strict([target respondsToSelector:action], @"%@ has no %s", [target class], sel_getName(action));
        _target = target;
        _action = action;
    }
    return self;
}
@end

@implementation UINavigationItem
@end

@implementation UINavigationController {
    UIViewController *_rootController;
}
- (instancetype)initWithRootViewController:(UIViewController *)root {
    self = [super initWithNibName:nil bundle:nil];
    if (self) {
        _rootController = root;
        root.parent = self;
    }
    return self;
}
- (UIViewController *)topViewController {
    return _rootController;
}
- (void)viewDidLoad {
    [super viewDidLoad];
    [self.view addSubview:_rootController.view];
}
- (void)viewWillAppear:(BOOL)animated {
    [super viewWillAppear:animated];
    [_rootController viewWillAppear:animated];
}
- (void)viewDidAppear:(BOOL)animated {
    [super viewDidAppear:animated];
    [_rootController viewDidAppear:animated];
}
@end

@implementation UITableViewController
- (instancetype)initWithStyle:(UITableViewStyle)style {
    return [super initWithNibName:nil bundle:nil];
}
- (void)loadView {
    self.tableView = [[UITableView alloc] init];
    self.view = self.tableView;
}
- (NSInteger)tableView:(UITableView *)tableView numberOfRowsInSection:(NSInteger)section {
    return 0;
}
- (UITableViewCell *)tableView:(UITableView *)tableView cellForRowAtIndexPath:(NSIndexPath *)indexPath {
    Strict(NO, @"%@ has no cells", [self class]);
    return nil;
}
- (void)tableView:(UITableView *)tableView didSelectRowAtIndexPath:(NSIndexPath *)indexPath {
}
@end
