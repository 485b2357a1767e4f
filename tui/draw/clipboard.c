#include "config.h"

#include "tui/draw/clipboard.h"

#include "tui/term/caps.h"
#include "weights/io/base64.h"
#include "weights/io/paths.h"

#include <stdio.h>
#include <string.h>

dp_between dp_clipboard_between(void)
{
    return dp_paths_variable("TMUX")  ? DP_BETWEEN_TMUX
           : dp_paths_variable("STY") ? DP_BETWEEN_SCREEN
                                      : DP_BETWEEN_NOTHING;
}

bool dp_clipboard_is_likely(const char *term)
{
    return dp_caps_is_like_xterm(term) || dp_clipboard_between() != DP_BETWEEN_NOTHING;
}

size_t dp_clipboard_copy(char out[DP_CLIPBOARD_SIZE], const char *text,
                         dp_between between)
{
    char code[2 * DP_CLIPBOARD_TEXT], osc[sizeof code + 16];
    dp_base64_encode(code, (const unsigned char *)text, strlen(text));
    snprintf(osc, sizeof osc, "\033]52;c;%s\a", code);
    int n = 0;
    switch (between) {
    case DP_BETWEEN_NOTHING:
        n = snprintf(out, DP_CLIPBOARD_SIZE, "%s", osc);
        break;
    case DP_BETWEEN_TMUX:
        n = snprintf(out, DP_CLIPBOARD_SIZE, "%s\033Ptmux;\033%s\033\\", osc, osc);
        break;
    case DP_BETWEEN_SCREEN:
        n = snprintf(out, DP_CLIPBOARD_SIZE, "\033P%s\033\\", osc);
        break;
    }
    return (size_t)n;
}
