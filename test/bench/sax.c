/* sax FILE PASSES: milliseconds of CPU per document of libxml2's SAX, which looks at every event and keeps nothing.
   FILE has a 32-bit length in front of each document. */
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long seen;

static void start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                  const xmlChar **declared, int attributes, int defaulted, const xmlChar **values) {
  seen += attributes;
}

static void text(void *context, const xmlChar *characters, int length) { seen += length; }

/* As from a text column: what a document says of its encoding does not count. */
static int parse(xmlSAXHandler *handler, const char *bytes, int length) {
  xmlParserCtxt *context = xmlCreateMemoryParserCtxt(bytes, length);
  xmlCtxtUseOptions(context, XML_PARSE_IGNORE_ENC);
  xmlSAXHandler *own = context->sax;
  context->sax = handler;
  xmlParseDocument(context);
  int isRead = context->wellFormed;
  context->sax = own;
  xmlFreeParserCtxt(context);
  return isRead;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int count, char **arguments) {
  FILE *file = count > 2 ? fopen(arguments[1], "rb") : NULL;
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) return 2;
  long size = ftell(file);
  char *bytes = malloc(size);
  rewind(file);
  if (bytes == NULL || fread(bytes, 1, size, file) != (size_t)size) return 2;

  xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC, .startElementNs = start, .characters = text, .cdataBlock = text};
  int passes = atoi(arguments[2]);
  long documents = 0;
  double started = now();
  for (int pass = 0; pass < passes; pass += 1) {
    for (long at = 0; at < size; documents += 1) {
      int32_t length = *(int32_t *)(bytes + at);
      if (!parse(&handler, bytes + at + 4, length)) return 1;
      at += 4 + length;
    }
  }
  printf("%.6f %ld\n", (now() - started) / documents, seen);
  return 0;
}
