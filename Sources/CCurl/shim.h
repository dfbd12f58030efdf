// libcurl for Swift: curl_easy_setopt and curl_easy_getinfo take a variable argument, which Swift cannot call, so there is
// one function for each type of argument. Beside them the check of a server's certificate by its fingerprint.

#ifndef RACKWRIGHT_CCURL_SHIM_H
#define RACKWRIGHT_CCURL_SHIM_H

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <string.h>
#include <time.h>

// Must come before anything else. OpenSSL frees what its threads have when the process exits, without waiting for threads
// that are just ending: the two free the same memory.
static inline CURLcode curl_prepare(void) {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

#undef curl_easy_setopt
#undef curl_easy_getinfo

static inline CURLcode curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl copies the text.
static inline CURLcode curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl does not copy the list: it must live until the transfer has ended.
static inline CURLcode curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// For CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION, which have one type.
typedef size_t (*curl_octets_function)(char *octets, size_t size, size_t count, void *context);

static inline CURLcode curl_set_octets_function(CURL *easy, CURLoption option, curl_octets_function function) {
    return curl_easy_setopt(easy, option, function);
}

typedef int (*curl_seek_function)(void *context, curl_off_t offset, int origin);

static inline CURLcode curl_set_seek_function(CURL *easy, curl_seek_function function) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
}

typedef int (*curl_progress_function)(
    void *context, curl_off_t down_total, curl_off_t down_now, curl_off_t up_total, curl_off_t up_now);

static inline CURLcode curl_set_progress_function(CURL *easy, curl_progress_function function) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, function);
}

static inline CURLcode curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

// The SHA-256 of a server's certificate: the one expected, if any, and the one seen; with that until when it is valid, in
// seconds since 1970 (0 where it does not say), and the version of TLS, as OpenSSL numbers it.
struct curl_pin {
    unsigned char expected[32];
    int has_expected;
    unsigned char seen[32];
    int has_seen;
    long long expires;
    int version;
};

static inline void curl_pin_note(struct curl_pin *pin, X509 *leaf, X509_STORE_CTX *context) {
    struct tm time;
    SSL *ssl = (SSL *)X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    pin->version = ssl == NULL ? 0 : SSL_version(ssl);
    pin->expires = 0;
    if (leaf != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &time) == 1) pin->expires = timegm(&time);
}

// Takes the place of OpenSSL's own verification: chain, names and dates are not looked at.
static inline int curl_pin_verify(X509_STORE_CTX *context, void *argument) {
    struct curl_pin *pin = (struct curl_pin *)argument;
    unsigned int length = 0;
    X509 *leaf = X509_STORE_CTX_get0_cert(context);
    pin->has_seen = leaf != NULL && X509_digest(leaf, EVP_sha256(), pin->seen, &length) == 1 && length == 32;
    curl_pin_note(pin, leaf, context);
    if (pin->has_seen && (!pin->has_expected || memcmp(pin->expected, pin->seen, 32) == 0)) {
        X509_STORE_CTX_set_error(context, X509_V_OK);
        return 1;
    }
    X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

static inline CURLcode curl_pin_context(CURL *easy, void *context, void *argument) {
    (void)easy;
    SSL_CTX_set_cert_verify_callback((SSL_CTX *)context, curl_pin_verify, argument);
    return CURLE_OK;
}

// `pin` must live as long as connections that `easy` makes. CURLOPT_SSL_VERIFYPEER must be on for a refusal to count.
static inline CURLcode curl_set_pin(CURL *easy, struct curl_pin *pin) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, pin);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, curl_pin_context);
}

#endif
