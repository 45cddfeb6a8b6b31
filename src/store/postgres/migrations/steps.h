#pragma once

#include "store/postgres/migrations.h"

namespace connector::store::postgres {

Migration initial_schema();
Migration posted_by_all_schema();
Migration connections_by_division_schema();
Migration ready_in_order_schema();

}  // namespace connector::store::postgres
