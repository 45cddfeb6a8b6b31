#include "engine/call_refusals.h"

namespace connector::engine {

domain::Error stopping() { return {domain::Cause::cancelled, "the process is stopping: no call leaves any more"}; }

domain::Error too_late(const std::string& endpoint) {
  return {domain::Cause::fenced, "there was no time left to wait for a call to " + endpoint};
}

}  // namespace connector::engine
