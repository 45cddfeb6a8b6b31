#include "flows/note_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connector::flows::note_log_test {
namespace {

using testing::ElementsAre;

/// Keeps what was logged, as "flow: message".
class KeptLog : public ports::Log {
 public:
  void write(ports::LogLevel, std::string_view, const Fields& fields) override {
    std::string line;
    for (const auto& [name, value] : fields) {
      if (name == "flow") line = value + ": ";
      if (name == "message") line += value;
    }
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

TEST(NoteLog, LogsOnceWhatRunAfterRunNotesAlike) {
  KeptLog log;
  NoteLog notes(log, "shop");
  notes.add("orders", {"a word is new", "a page was empty"});
  notes.add("orders", {"a word is new"});
  notes.add("returns", {"a word is new"});
  EXPECT_THAT(log.lines, ElementsAre("orders: a word is new", "orders: a page was empty", "returns: a word is new"));
}

TEST(NoteLog, LogsAgainWhatComesBack) {
  KeptLog log;
  NoteLog notes(log, "shop");
  notes.add("orders", {"a page was empty"});
  notes.add("orders", {});
  notes.add("orders", {"a page was empty"});
  EXPECT_EQ(log.lines.size(), 2u);
}

}  // namespace
}  // namespace connector::flows::note_log_test
