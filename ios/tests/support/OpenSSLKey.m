#import "OpenSSLKey.h"

@implementation OpenSSLKey {
    NSString *_file;
}

/// The system may wait for the person in each of them.
- (void)noteThread {
    if ([NSThread isMainThread]) {
        _askedOnMainThread = YES;
    }
}

static NSData *OpenSSL(NSArray<NSString *> *arguments, NSData *input) {
    NSTask *task = [[NSTask alloc] init];
    NSPipe *in = [NSPipe pipe], *out = [NSPipe pipe];
    task.launchPath = @"/usr/bin/openssl";
    task.arguments = arguments;
    task.standardInput = in;
    task.standardOutput = out;
    task.standardError = [NSFileHandle fileHandleWithNullDevice];
    [task launch];
    if (input != nil) {
        [in.fileHandleForWriting writeData:input];
    }
    [in.fileHandleForWriting closeFile];
    NSData *said = [out.fileHandleForReading readDataToEndOfFile];
    [task waitUntilExit];
    return task.terminationStatus == 0 && said.length > 0 ? said : nil;
}

- (BOOL)makeKey:(NSError **)error {
    [self noteThread];
    NSString *name = [NSString stringWithFormat:@"key-%p.pem", self];
    NSString *home = [NSProcessInfo processInfo].environment[@"HOME"];
    _file = [home stringByAppendingPathComponent:name];
    NSData *key = OpenSSL(@[ @"genrsa", @"2048" ], nil);
    return [key writeToFile:_file atomically:YES];
}

- (NSData *)publicKey {
    [self noteThread];
    return _file ? OpenSSL(@[ @"rsa", @"-in", _file, @"-RSAPublicKey_out", @"-outform", @"DER" ], nil) : nil;
}

- (NSData *)sign:(NSData *)message error:(NSError **)error {
    [self noteThread];
    if (self.refuses) {
        if (error != NULL) {
            *error = [NSError errorWithDomain:A0ErrorDomain code:A0ErrorCodeAuth0Cancelled userInfo:nil];
        }
        return nil;
    }
    if (self.fails) {
        if (error != NULL) {
            *error = [NSError errorWithDomain:NSCocoaErrorDomain code:-25308 userInfo:nil];
        }
        return nil;
    }
    _signatures += 1;
    return _file ? OpenSSL(@[ @"dgst", @"-sha256", @"-sign", _file ], message) : nil;
}

- (void)deleteKey {
    [self noteThread];
    _file = nil;
}

@end
