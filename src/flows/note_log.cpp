#include "flows/note_log.h"

#include <algorithm>

namespace connector::flows {

void NoteLog::add(const std::string& flow, const std::vector<std::string>& notes) {
  std::vector<std::string>& last = last_[flow];
  for (const std::string& text : notes) {
    if (std::find(last.begin(), last.end(), text) != last.end()) continue;
    log_.warning("flow.note", {{"connection", connection_name_}, {"flow", flow}, {"message", text}});
  }
  last = notes;
}

}  // namespace connector::flows
