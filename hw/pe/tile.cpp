#include "hw/pe/tile.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

/// Makes signals of a lane array with its lane count as initial value.
template <typename Row>
auto rows_of(unsigned lanes) {
  return [lanes](const char* name, std::size_t) { return new Wire<Row>(name, Row(lanes)); };
}

std::string numbered(const char* name, unsigned index) {
  return fmt::format("{}_{}", name, index);
}

std::string pe_name(unsigned row, unsigned column) {
  return fmt::format("pe_{}_{}", row, column);
}

}  // namespace

Tile::Staging::Staging(const std::string& name, unsigned lanes, unsigned depth)
    : nonzero((name + "_nonzero").c_str()),
      rows((name + "_rows").c_str()),
      buffer(name.c_str(), StagingBufferParameters{lanes, depth}) {
  row.init(depth, rows_of<LaneRow>(lanes));
}

Tile::Tile(sc_core::sc_module_name name, const TileParameters& parameters,
           const Connectivity& table)
    : sc_module(name),
      b_fill("b_fill", parameters.b_buffers() * table.depth()),
      b_fill_status("b_fill_status", parameters.b_buffers()),
      a_fill("a_fill", parameters.a_buffers() * table.depth()),
      a_fill_status("a_fill_status", parameters.a_buffers()),
      advance("advance", parameters.schedulers()),
      partial("partial", parameters.pes()),
      select("select", parameters.schedulers()),
      total("total", parameters.pes()),
      parameters_(parameters),
      table_(table),
      drained_("drained", parameters.schedulers()),
      consumed_("consumed", parameters.schedulers()),
      control_("control", parameters.schedulers(), parameters.a_buffers(), table.depth(),
               parameters.elastic()) {
  b_.init(parameters_.schedulers(), rows_of<LaneRow>(table_.lanes()));
  build_staging();
  build_schedulers();
  build_control();
  build_pes();
}

Tile::~Tile() {
  while (!pes_.empty()) pes_.pop_back();
  while (!b_mux_.empty()) b_mux_.pop_back();
  while (!schedulers_.empty()) schedulers_.pop_back();
  while (!a_staging_.empty()) a_staging_.pop_back();
  while (!b_staging_.empty()) b_staging_.pop_back();
}

SchedulerPins Tile::scheduler_pins(unsigned index) const {
  const unsigned row = parameters_.two_sided() ? index / parameters_.columns : index;
  const unsigned column = parameters_.two_sided() ? index % parameters_.columns : 0;
  const Staging& b = *b_staging_[parameters_.b_buffer_of(row, column)];
  const Staging& a = *a_staging_[parameters_.a_buffer_of(row, column)];
  return {b.nonzero,        parameters_.two_sided() ? &a.nonzero : nullptr,
          consumed_[index], b.rows,
          drained_[index],  advance[index],
          select[index]};
}

void Tile::connect_buffer(Staging& staging, sc_core::sc_vector<sc_core::sc_in<LaneRow>>& fill,
                          sc_core::sc_in<FillStatus>& fill_status, unsigned index,
                          unsigned scheduler) {
  StagingBuffer& buffer = staging.buffer;
  buffer.clk(clk);
  buffer.rst_n(rst_n);
  buffer.fill_status(fill_status);
  buffer.advance(advance[scheduler]);
  buffer.turn(turn);
  for (unsigned port = 0; port < table_.depth(); ++port) {
    buffer.fill[port](fill[index * table_.depth() + port]);
  }
  buffer.row(staging.row);
  buffer.nonzero(staging.nonzero);
  buffer.rows(staging.rows);
}

void Tile::build_staging() {
  // A buffer follows the scheduler whose windows it holds; in lockstep all advance alike.
  const auto scheduler_for = [&](unsigned index, unsigned buffers) {
    if (!parameters_.elastic()) return 0U;
    if (buffers == parameters_.schedulers()) return index;
    return parameters_.scheduler_of(index / parameters_.columns, index % parameters_.columns);
  };
  for (unsigned index = 0; index < parameters_.b_buffers(); ++index) {
    b_staging_.push_back(
        std::make_unique<Staging>(numbered("b_staging", index), table_.lanes(), table_.depth()));
    connect_buffer(*b_staging_.back(), b_fill, b_fill_status[index], index,
                   scheduler_for(index, parameters_.b_buffers()));
  }
  for (unsigned index = 0; index < parameters_.a_buffers(); ++index) {
    a_staging_.push_back(
        std::make_unique<Staging>(numbered("a_staging", index), table_.lanes(), table_.depth()));
    connect_buffer(*a_staging_.back(), a_fill, a_fill_status[index], index,
                   scheduler_for(index, parameters_.a_buffers()));
  }
}

void Tile::build_schedulers() {
  for (unsigned index = 0; index < parameters_.schedulers(); ++index) {
    schedulers_.push_back(std::make_unique<Scheduler>(numbered("scheduler", index).c_str(), table_,
                                                      parameters_.two_sided()));
    const unsigned row = parameters_.two_sided() ? index / parameters_.columns : index;
    const unsigned column = parameters_.two_sided() ? index % parameters_.columns : 0;
    Staging& b = *b_staging_[parameters_.b_buffer_of(row, column)];
    Scheduler& scheduler = *schedulers_.back();
    scheduler.clk(clk);
    scheduler.rst_n(rst_n);
    scheduler.bypass(bypass);
    scheduler.nonzero_b(b.nonzero);
    if (parameters_.two_sided()) {
      scheduler.nonzero_a(a_staging_[parameters_.a_buffer_of(row, column)]->nonzero);
    }
    scheduler.rows(b.rows);
    scheduler.advance(advance[index]);
    scheduler.step(step_);
    scheduler.select(select[index]);
    scheduler.drained(drained_[index]);
    scheduler.consumed(consumed_[index]);
  }
}

void Tile::build_control() {
  control_.clk(clk);
  control_.rst_n(rst_n);
  control_.bypass(bypass);
  for (unsigned index = 0; index < parameters_.schedulers(); ++index) {
    const unsigned row = parameters_.two_sided() ? index / parameters_.columns : index;
    const unsigned column = parameters_.two_sided() ? index % parameters_.columns : 0;
    const unsigned buffer = parameters_.b_buffer_of(row, column);
    control_.drained[index](drained_[index]);
    control_.rows[index](b_staging_[buffer]->rows);
    control_.fill_status[index](b_fill_status[buffer]);
  }
  control_.a_fill_status(a_fill_status);
  control_.advance(advance);
  control_.turn(turn);
  control_.space(space);
  control_.step(step_);
  control_.state(state);
  control_.operand_token(operand_token_);
  control_.product_token(product_token_);
  control_.sum_token(sum_token_);
  control_.result_valid(result_valid);
}

void Tile::build_pes() {
  for (unsigned index = 0; index < parameters_.schedulers(); ++index) {
    const unsigned row = parameters_.two_sided() ? index / parameters_.columns : index;
    const unsigned column = parameters_.two_sided() ? index % parameters_.columns : 0;
    b_mux_.push_back(std::make_unique<OperandMux>(numbered("b_mux", index).c_str(), table_));
    b_mux_.back()->clk(clk);
    b_mux_.back()->row(b_staging_[parameters_.b_buffer_of(row, column)]->row);
    b_mux_.back()->select(select[index]);
    b_mux_.back()->operand(b_[index]);
  }
  for (unsigned row = 0; row < parameters_.rows; ++row) {
    for (unsigned column = 0; column < parameters_.columns; ++column) {
      pes_.push_back(std::make_unique<ProcessingElement>(pe_name(row, column).c_str(), table_,
                                                         parameters_.accumulation));
      ProcessingElement& pe = *pes_.back();
      const unsigned scheduler = parameters_.scheduler_of(row, column);
      pe.clk(clk);
      pe.a_row(a_staging_[parameters_.a_buffer_of(row, column)]->row);
      pe.select(select[scheduler]);
      pe.b(b_[scheduler]);
      pe.product_token(product_token_);
      pe.sum_token(sum_token_);
      pe.partial(partial[row * parameters_.columns + column]);
      pe.total(total[row * parameters_.columns + column]);
    }
  }
}

}  // namespace tensordash
