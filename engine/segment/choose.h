/* Reads a picture of one digit from outside: of the readings of its page, the network
 * chooses the one that looks most like a digit to it. Everything that reads pictures
 * (predict, show, eval, the segmentation of numbers) calls this. */
#ifndef DP_ENGINE_SEGMENT_CHOOSE_H
#define DP_ENGINE_SEGMENT_CHOOSE_H

#include "engine/infer/session.h"
#include "engine/ink/page.h"

/* Evidence is about 7 for a digit and 2.3 for anything else; the doubt of a wrong
 * polarity, such as the inside of a 0 that looks like a 1, outweighs half of that. */
#define DP_DOUBT 3.5F

/* Read `in` into `page` and choose a reading; its index is *chosen. The network runs only
 * if there are several readings. Errors as dp_page_read. */
DP_MUST_CHECK dp_code dp_choose_reading(int *chosen, dp_page *page, dp_session *session,
                                        const dp_gray *in, dp_normalize_options options,
                                        dp_err *err);

#endif
