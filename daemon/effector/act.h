/*
 * One effect, or the probe of one, in a process of its own:
 *
 *	drover-effector --act|--probe STATE CONFIGURATION|- OP NODE
 *	    PLAN.STEP.ATTEMPT TOKEN TARGET ARGUMENT STARTED_MS
 *
 * A hook of the operator goes before what is built in.  What it prints
 * last is for people; its exit status is enum step_code.
 */
#ifndef DROVER_EFFECTOR_ACT_H
#define DROVER_EFFECTOR_ACT_H

#define ACT_ARGUMENTS	11

/* Of main(), after it saw the first argument.  Does not return. */
void	act_main(int argc, char **argv) __attribute__((noreturn));

#endif
