/* Shows what it was given: arguments, an environment variable, input, files, time. Ends with 1 when an argument says "fail". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int copy_file(void) {
  char line[256];
  FILE *in = fopen("/in.txt", "r");
  FILE *out = fopen("/out.txt", "w+");
  if (in == NULL || out == NULL) return 1;
  while (fgets(line, sizeof line, in) != NULL) fputs(line, out);
  rewind(out);
  printf("file: ");
  while (fgets(line, sizeof line, out) != NULL) fputs(line, stdout);
  fclose(in);
  fclose(out);
  return remove("/out.txt");
}

int main(int argc, char **argv) {
  int failed = 0;
  printf("args:");
  for (int i = 1; i < argc; i++) {
    printf(" [%s]", argv[i]);
    if (strcmp(argv[i], "fail") == 0) failed = 1;
  }
  const char *greeting = getenv("GREETING");
  printf("\nenv: %s\n", greeting == NULL ? "none" : greeting);

  long bytes = 0, sum = 0;
  for (int c; (c = getchar()) != EOF; bytes++) sum = (sum * 31 + c) % 1000003;
  printf("input: %ld bytes, %ld\n", bytes, sum);
  if (copy_file() != 0) return 2;

  struct timespec before, after, pause = {.tv_nsec = 5000000};
  clock_gettime(CLOCK_MONOTONIC, &before);
  nanosleep(&pause, NULL);
  clock_gettime(CLOCK_MONOTONIC, &after);
  long long waited = (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec;
  printf("waited: %s\n", waited >= 4000000 ? "yes" : "no");
  fprintf(stderr, "done\n");
  return failed;
}
