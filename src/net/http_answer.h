#pragma once

#include <string>

#include "ports/http.h"

namespace connector::net {

/// Status line and headers of an answer. Headers that could break the framing are left out:
/// lengths and connection are stated here, and names or values with line ends are dropped.
std::string answer_head(const ports::HttpResponse& response, bool keep_alive);
/// False for the statuses that never have a body.
bool may_have_body(int status);
/// An answer that tells no more than its status.
ports::HttpResponse plain_answer(int status);
/// True if the headers ask for the connection to be closed.
bool wants_close(const ports::HttpHeaders& headers);

}  // namespace connector::net
