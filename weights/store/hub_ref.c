#include "config.h"

#include "weights/store/hub_ref.h"

#include "weights/store/hub_url.h"

#include <stdio.h>
#include <string.h>

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

enum { MAX_REPO_PART = 96, MAX_SEGMENT = 255 };

/* "-" and "." may not be first or last, because the cache joins parts with "--" and because
 * of "..". */
static bool valid_repo_part(const char *part, size_t n)
{
    return n > 0 && n <= MAX_REPO_PART && strspn(part, ALNUM "-._") >= n &&
           !strchr("-.", part[0]) && !strchr("-.", part[n - 1]);
}

static bool valid_repo(const char *repo)
{
    const char *slash = strchr(repo, '/');
    return slash && !strstr(repo, "--") && !strstr(repo, "..") &&
           valid_repo_part(repo, (size_t)(slash - repo)) &&
           valid_repo_part(slash + 1, strlen(slash + 1));
}

/* A relative path that stays in its folder, without control characters. */
static bool valid_file(const char *file)
{
    for (const char *p = file; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '\\')
            return false;
    for (const char *segment = file;; segment++) {
        size_t n = strcspn(segment, "/");
        if (n == 0 || n > MAX_SEGMENT || (n == 1 && segment[0] == '.') ||
            (n == 2 && strncmp(segment, "..", 2) == 0))
            return false;
        segment += n;
        if (!*segment)
            return true;
    }
}

static bool valid_revision(const char *revision)
{
    return revision[strspn(revision, ALNUM "-._+/")] == '\0' && revision[0] != '-' &&
           !strstr(revision, "..") && valid_file(revision);
}

bool dp_hub_ref_is_commit(const char *revision)
{
    return strlen(revision) == DP_HUB_COMMIT &&
           strspn(revision, "0123456789abcdef") == DP_HUB_COMMIT;
}

dp_code dp_hub_ref_set(dp_hub_ref *out, const char *repo, const char *revision,
                       const char *file, dp_err *err)
{
    if (!revision)
        revision = DP_HUB_MAIN;
    if (strlen(repo) > DP_HUB_MAX_REPO || !valid_repo(repo))
        return dp_fail(err, DP_USAGE, "'%s': not a repository OWNER/NAME", repo);
    if (strlen(revision) > DP_HUB_MAX_REVISION || !valid_revision(revision))
        return dp_fail(err, DP_USAGE, "'%s': not a branch, tag or commit", revision);
    if (strlen(file) > DP_HUB_MAX_FILE || !valid_file(file))
        return dp_fail(err, DP_USAGE, "'%s': not a relative path in a repository", file);
    strcpy(out->repo, repo);
    strcpy(out->revision, revision);
    strcpy(out->file, file);
    return DP_OK;
}

bool dp_hub_ref_is(const char *text)
{
    return strncmp(text, DP_HUB_PREFIX, sizeof DP_HUB_PREFIX - 1) == 0 ||
           dp_hub_url_is(text);
}

/* The text is no OWNER/REPO[@REVISION]:FILE; perhaps only the file is missing. */
static dp_code fail_form(const char *text, const char *name, dp_err *err)
{
    if (strlen(name) <= DP_HUB_MAX_REPO && valid_repo(name))
        return dp_fail(err, DP_USAGE,
                       "%.100s: which file of the repository? give hf:%.100s:FILE", name,
                       name);
    return dp_fail(err, DP_USAGE, "'%s': not OWNER/REPO[@REVISION]:FILE", text);
}

static dp_code parse_name(dp_hub_ref *out, const char *text, dp_err *err)
{
    size_t prefix = sizeof DP_HUB_PREFIX - 1;
    const char *start = strncmp(text, DP_HUB_PREFIX, prefix) ? text : text + prefix;
    const char *colon = strchr(start, ':');
    char repo[DP_HUB_MAX_REPO + DP_HUB_MAX_REVISION + 2];
    if (!colon)
        return fail_form(text, start, err);
    if ((size_t)(colon - start) >= sizeof repo)
        return dp_fail(err, DP_USAGE, "'%s': the name before the colon is too long",
                       text);
    snprintf(repo, sizeof repo, "%.*s", (int)(colon - start), start);
    char *revision = strchr(repo, '@');
    if (revision)
        *revision++ = '\0';
    return dp_hub_ref_set(out, repo, revision, colon + 1, err);
}

dp_code dp_hub_ref_parse(dp_hub_ref *out, const char *text, dp_err *err)
{
    char name[DP_HUB_MAX_NAME];
    if (!dp_hub_url_is(text))
        return parse_name(out, text, err);
    dp_code code = dp_hub_url_name(name, sizeof name, text, err);
    return code ? code : parse_name(out, name, err);
}
