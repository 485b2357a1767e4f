/* How many of other people's digits a change of a network costs, estimated from a few of them. */
#ifndef DP_ENGINE_TUNE_FORGETTING_H
#define DP_ENGINE_TUNE_FORGETTING_H

/* A digit of another person. Its margin is the logit of its label minus the greatest other
 * one; it is read right if the margin is positive. */
typedef struct dp_recalled {
    float before, after; /* margins, under the old and the new network */
    float weight;        /* the share of all digits that it stands for */
    int label;
} dp_recalled;

/* Shares of all digits, 0 … 1, that are read right before and wrong after, less those that are
 * read right only after. */
typedef struct dp_forgetting {
    double lost;    /* estimated; negative for a gain */
    double at_most; /* the upper bound of the one-sided 95 % confidence interval */
} dp_forgetting;

/* A digit stands for many, whose margins move by different amounts: each is taken to be spread
 * normally around the digit's margin, with the standard deviation by which margins of the same label
 * have moved. So margins that come close to zero count, and a digit with a great
 * weight does not decide alone. */
dp_forgetting dp_forgetting_estimate(const dp_recalled *digit, int n);

#endif
