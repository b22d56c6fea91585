/*
 * The wall clock of a process, stepped by STEP_S seconds once CLOCK_MONOTONIC has reached STEP_AT_S:
 * what an administrator or NTP does to a whole machine. By LD_PRELOAD; the machine's own clock is
 * left alone, and CLOCK_MONOTONIC never steps.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long from_environment(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

static long step_s(void) {
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return now.tv_sec >= from_environment("STEP_AT_S") ? from_environment("STEP_S") : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += step_s();
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec stepped;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &stepped);
  now->tv_sec = stepped.tv_sec;
  now->tv_usec = stepped.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *place) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (place) *place = now.tv_sec;
  return now.tv_sec;
}
