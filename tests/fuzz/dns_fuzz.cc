// Answers of DNS servers: bounded whatever they say, and a search for SIP servers comes to an end.

#include <algorithm>
#include <utility>
#include <vector>

#include "mixer/sip/server_locator.h"
#include "sfu/base/random.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;
using namespace parley::sip;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Messages one after the other, each behind its length: what is answered to question after
  // question.
  std::span<const uint8_t> rest(data, size);
  std::vector<std::vector<DnsRecord>> answers;
  while (rest.size() >= 2 && answers.size() < 64) {
    const size_t length =
        std::min<size_t>(static_cast<size_t>(rest[0]) << 8 | rest[1], rest.size() - 2);
    if (const auto answer = DnsAnswer::Parse(rest.subspan(2, length))) {
      FUZZ_CHECK(answer->records.size() <= DnsAnswer::kMostRecords);
      for (const DnsRecord& record : answer->records) {
        FUZZ_CHECK(record.name.empty() || NormalizeDnsName(record.name) == record.name);
      }
      answers.push_back(answer->records);
    }
    rest = rest.subspan(2 + length);
  }
  SeededRandom random(size);
  ServerWish wish{.host = "example.com", .port = {}, .transport = {}};
  if (size % 3 == 1) wish.transport = TransportKind::kTls;
  if (size % 3 == 2) wish.port = 5060;
  ServerLocator locator(wish, random);
  size_t asked = 0;
  while (locator.question()) {
    FUZZ_CHECK(NormalizeDnsName(locator.question()->name) == locator.question()->name);
    FUZZ_CHECK(WriteDnsQuery(1, *locator.question()).size() < 512);
    FUZZ_CHECK(++asked <= 1 + 3 * ServerLocator::kMostServers + 2);
    locator.HandleAnswer(answers.empty() ? std::vector<DnsRecord>()
                                         : answers[asked % answers.size()]);
  }
  FUZZ_CHECK(locator.servers().size() <= ServerLocator::kMostServers);
  return 0;
}
