#import "Strict.h"
#include <objc/runtime.h>

@interface UIAction : NSObject
@property (weak, nonatomic) id target;
@property (nonatomic) SEL action;
@property (nonatomic) UIControlEvents events;
@end
@implementation UIAction
@end

@implementation UIControl {
    NSMutableArray<UIAction *> *_actions;
}
- (instancetype)initWithFrame:(CGRect)frame {
    self = [super initWithFrame:frame];
    if (self) {
        _actions = [NSMutableArray array];
        _enabled = YES;
    }
    return self;
}
- (void)setEnabled:(BOOL)enabled {
    ON_MAIN();
    _enabled = enabled;
}
- (void)addTarget:(id)target action:(SEL)action forControlEvents:(UIControlEvents)events {
    Strict([target respondsToSelector:action], @"%@ has no %s", [target class], sel_getName(action));
    UIAction *added = [[UIAction alloc] init];
    added.target = target;
    added.action = action;
    added.events = events;
    [_actions addObject:added];
}
- (void)sendActionsForControlEvents:(UIControlEvents)events {
    ON_MAIN();
    for (UIAction *each in [_actions copy]) {
        if (each.events & events) {
            IMP method = [each.target methodForSelector:each.action];
            ((void (*)(id, SEL, id))method)(each.target, each.action, self);
        }
    }
}
@end

@implementation UIButtonConfiguration
+ (instancetype)filledButtonConfiguration {
    return [[self alloc] init];
}
+ (instancetype)plainButtonConfiguration {
    return [[self alloc] init];
}
+ (instancetype)grayButtonConfiguration {
    return [[self alloc] init];
}
- (id)copyWithZone:(NSZone *)zone {
    UIButtonConfiguration *copy = [[UIButtonConfiguration allocWithZone:zone] init];
    copy.title = self.title;
    copy.baseForegroundColor = self.baseForegroundColor;
    copy.baseBackgroundColor = self.baseBackgroundColor;
    copy.showsActivityIndicator = self.showsActivityIndicator;
    copy.imagePadding = self.imagePadding;
    copy.contentInsets = self.contentInsets;
    return copy;
}
@end

@implementation UIButton
@synthesize configuration = _configuration;
+ (instancetype)buttonWithType:(UIButtonType)type {
    return [[self alloc] initWithFrame:CGRectMake(0, 0, 0, 0)];
}
// As Apple's: a copy goes out, so that a change of it changes nothing before it comes back.
- (UIButtonConfiguration *)configuration {
    return [_configuration copy];
}
- (void)setConfiguration:(UIButtonConfiguration *)configuration {
    ON_MAIN();
    _configuration = [configuration copy];
}
@end

UITextContentType const UITextContentTypeTelephoneNumber = @"tel";
UITextContentType const UITextContentTypeEmailAddress = @"email";
UITextContentType const UITextContentTypeOneTimeCode = @"one-time-code";

@implementation UITextField
- (instancetype)initWithFrame:(CGRect)frame {
    self = [super initWithFrame:frame];
    if (self) {
        _textColor = [UIColor labelColor];
        _font = [UIFont fontWithName:@"system" size:17];
    }
    return self;
}
- (void)setText:(NSString *)text {
    ON_MAIN();
    _text = [text copy] ?: @"";
}
- (void)reloadInputViews {
    ON_MAIN();
}
@end

@implementation UISearchBar
- (void)sizeToFit {
}
@end

@implementation NSIndexPath (UITableView)
- (NSInteger)row {
    return (NSInteger)[self indexAtPosition:1];
}
@end

@implementation UITableViewCell
- (instancetype)initWithStyle:(NSInteger)style reuseIdentifier:(NSString *)identifier {
    self = [super initWithFrame:CGRectMake(0, 0, 0, 0)];
    if (self) {
        _textLabel = [[UILabel alloc] init];
        _detailTextLabel = style == UITableViewCellStyleValue1 ? [[UILabel alloc] init] : nil;
        [self addSubview:_textLabel];
        if (_detailTextLabel != nil) {
            [self addSubview:_detailTextLabel];
        }
    }
    return self;
}
@end

@implementation UITableView
- (UITableViewCell *)dequeueReusableCellWithIdentifier:(NSString *)identifier {
    return nil;
}
- (void)reloadData {
    ON_MAIN();
}
@end
