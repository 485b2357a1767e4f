#include "config.h"

#include "engine/segment/choose.h"

dp_code dp_choose_reading(int *chosen, dp_page *page, dp_session *session,
                          const dp_gray *in, dp_normalize_options options, dp_err *err)
{
    (void)session;
    *chosen = 0;
    return dp_page_read(page, in, options, err);
}
