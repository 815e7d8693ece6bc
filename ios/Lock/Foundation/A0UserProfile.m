#import "A0UserProfile.h"
#import "A0UserIdentity.h"
#import "A0Values.h"

static NSString *const A0ClaimsKey = @"latchkey.claims";

@implementation A0UserProfile {
    /// All that the server said, as JSON: what is archived.
    NSData *_claims;
}

- (instancetype)initWithDictionary:(NSDictionary<NSString *, id> *)dictionary {
    if (![NSJSONSerialization isValidJSONObject:dictionary]) {
        return [self initWithClaims:[@"{}" dataUsingEncoding:NSUTF8StringEncoding]];
    }
    return [self initWithClaims:[NSJSONSerialization dataWithJSONObject:dictionary options:0 error:NULL]];
}

- (instancetype)initWithClaims:(NSData *)claims {
    self = [super init];
    if (self) {
        // Read back, so that nothing in it can be changed by whoever gave it.
        NSDictionary *read = [NSJSONSerialization JSONObjectWithData:claims options:0 error:NULL];
        if (![read isKindOfClass:[NSDictionary class]]) {
            read = @{};
        }
        _claims = [claims copy];
        _userId = [A0StringIn(read, @"user_id") ?: A0StringIn(read, @"sub") ?: @"" copy];
        _name = [A0StringIn(read, @"name") copy];
        _nickname = [A0StringIn(read, @"nickname") copy];
        _email = [A0StringIn(read, @"email") copy];
        NSString *picture = A0StringIn(read, @"picture");
        _picture = picture ? [NSURL URLWithString:picture] : nil;
        _createdAt = A0DateFromText(A0StringIn(read, @"created_at"));
        _userMetadata = [A0DictionaryIn(read, @"user_metadata") ?: @{} copy];
        _appMetadata = [A0DictionaryIn(read, @"app_metadata") ?: @{} copy];
        NSMutableArray<A0UserIdentity *> *identities = [NSMutableArray array];
        for (id identity in A0ArrayIn(read, @"identities")) {
            if ([identity isKindOfClass:[NSDictionary class]]) {
                [identities addObject:[[A0UserIdentity alloc] initWithJSONDictionary:identity]];
            }
        }
        _identities = [identities copy];
        NSMutableDictionary *extra = [read mutableCopy];
        [extra removeObjectsForKeys:@[ @"user_id", @"name", @"nickname", @"email", @"picture", @"created_at",
                                       @"identities", @"user_metadata", @"app_metadata" ]];
        _extraInfo = [extra copy];
    }
    return self;
}

- (instancetype)initWithUserId:(NSString *)userId
                          name:(NSString *)name
                      nickname:(NSString *)nickname
                         email:(NSString *)email
                       picture:(NSURL *)picture
                     createdAt:(NSDate *)createdAt {
    NSMutableDictionary *claims = [NSMutableDictionary dictionary];
    [claims setValue:userId forKey:@"user_id"];
    [claims setValue:name forKey:@"name"];
    [claims setValue:nickname forKey:@"nickname"];
    [claims setValue:email forKey:@"email"];
    [claims setValue:picture.absoluteString forKey:@"picture"];
    self = [self initWithDictionary:claims];
    if (self) {
        _createdAt = [createdAt copy];
    }
    return self;
}

#pragma mark - NSSecureCoding

+ (BOOL)supportsSecureCoding {
    return YES;
}

- (void)encodeWithCoder:(NSCoder *)coder {
    // One object of one kind: an archive cannot smuggle another in.
    [coder encodeObject:_claims forKey:A0ClaimsKey];
    [coder encodeObject:_createdAt forKey:@"latchkey.createdAt"];
}

- (instancetype)initWithCoder:(NSCoder *)coder {
    NSData *claims = [coder decodeObjectOfClass:[NSData class] forKey:A0ClaimsKey];
    if (![claims isKindOfClass:[NSData class]]) {
        return nil;
    }
    self = [self initWithClaims:claims];
    if (self) {
        NSDate *createdAt = [coder decodeObjectOfClass:[NSDate class] forKey:@"latchkey.createdAt"];
        _createdAt = [createdAt isKindOfClass:[NSDate class]] ? [createdAt copy] : nil;
    }
    return self;
}

#pragma mark - NSObject

- (BOOL)isEqual:(id)object {
    return [object isKindOfClass:[A0UserProfile class]] && [[object userId] isEqual:self.userId] &&
           [[object extraInfo] isEqual:self.extraInfo];
}

- (NSUInteger)hash {
    return self.userId.hash;
}

@end
