/*
 * The hub as brokers see it, without clients: channels that write down what they are told, and a loop to run.
 */
#ifndef SSE_TEST_FAKES_H
#define SSE_TEST_FAKES_H

#include "hub/channel.h"
#include "hub/replay.h"
#include "hub/state.h"

#include "../unit/test.h"

extern struct hub fake_hub;
/* May be changed before what is tested is made; initialised by fake_hub_start(). */
extern hub_config fake_config;

/* What was reported since, a line each: "live news", "entry news name data", "message chat hello", "item list x", … */
const char *fake_told(void);
void fake_forget(void);
/* The log's lines, "event key=value …", since the start. */
const char *fake_log(void);
/* Of the newest "live" and "entry". */
extern sse_entry_id fake_id;

/* Whether items are taken, and who is asked before: both reset by fake_hub_start(). */
extern bool fake_takes_items;
extern bool (*fake_on_item)(hub_channel *channel, sse_str payload);

void fake_hub_start(void);
/* All handles must have been closed by their owners. */
void fake_hub_stop(void);

/* The hub's channel of that name, made if there is none; watching is the test's. */
hub_channel *fake_channel(sse_source_kind kind, const char *name);
/* After unwatch(). */
void fake_channel_free(hub_channel *channel);

void fake_turns(unsigned count);
/* Runs the loop until the condition holds; false after seconds without. */
bool fake_run_until(bool (*condition)(void *arg), void *arg, double seconds);
/* Until fake_told() has so many lines. */
bool fake_run_until_told(size_t lines, double seconds);
void fake_run_for(double seconds);

#endif
