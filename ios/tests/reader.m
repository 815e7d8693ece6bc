// Another process of the same app: reads what the first one stored, and says so as JSON.
#import <Lock/Lock.h>
#include <stdio.h>

int main(void) {
    @autoreleasepool {
        A0SimpleKeychain *keychain = [A0SimpleKeychain keychainWithService:@"com.example.mission"];
        A0UserProfile *profile = [NSKeyedUnarchiver unarchiveObjectWithData:[keychain dataForKey:@"profile"]];
        NSDictionary *read = @{
            @"id_token" : [keychain stringForKey:@"id_token"] ?: @"",
            @"access_token" : [keychain stringForKey:@"access_token"] ?: @"",
            @"refresh_token" : [keychain stringForKey:@"refresh_token"] ?: @"",
            @"user_id" : profile.userId ?: @"",
            @"name" : profile.name ?: @"",
        };
        NSData *text = [NSJSONSerialization dataWithJSONObject:read options:0 error:NULL];
        fwrite(text.bytes, 1, text.length, stdout);
    }
    return 0;
}
