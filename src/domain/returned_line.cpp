#include "domain/returned_line.h"

#include <algorithm>

namespace connector::domain {

std::vector<ReturnedLine> merge(const std::vector<ReturnedLine>& known, const std::vector<ReturnedLine>& incoming) {
  std::vector<ReturnedLine> merged = known;
  for (const ReturnedLine& line : incoming) {
    const auto found = std::find_if(merged.begin(), merged.end(), [&line](const ReturnedLine& other) {
      return other.return_id == line.return_id && other.line_number == line.line_number;
    });
    if (found == merged.end()) {
      merged.push_back(line);
    } else if (!found->as_of || (line.as_of && *line.as_of >= *found->as_of)) {
      *found = line;
    }
  }
  return merged;
}

}  // namespace connector::domain
