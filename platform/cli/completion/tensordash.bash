# Bash completion for the launcher and the program: source it, or copy it to
# /usr/share/bash-completion/completions/tensordash.

_tensordash_words() {  # what may follow the word $1 of the command $2, or nothing when anything may
  case $1 in
    --op) echo forward backward_data backward_weights ;;
    --level) echo fast pin ;;
    --verify) echo all sample: none ;;
    --sparsity) echo preset ;;
    --fault) echo flip: error: ;;
    --pattern) echo idle seq_read seq_write stride_16k row4 rand_read rand_write rand_mix mix21 ;;
    --transport) echo at lt ;;
    --dmi) echo on off ;;
    --wait) echo irq poll ;;
    --memory) echo automatic debug timed ;;
    study) echo memory footprint ;;
    generate) echo alexnet vgg16 resnet50 densenet121 squeezenet1_0 squeezenet1_1 img2txt snli gcn ;;
    --set)
      if [[ $2 == dram ]]; then
        printf 'dram.%s= ' spec channels ranks width mapping hash page_policy page_timeout scheduler row_hit_cap \
          age_limit queue write_high write_low refresh refresh_postpone refresh_phase power_down self_refresh \
          front_clocks back_clocks response_order energy_flat_pj_per_bit in_flight
        return
      fi
      echo tile.rows= tile.columns= tiles= pe.lanes= staging.depth= connectivity= sync= sparsity= \
        dilation_zeros= dtype= accumulate= nonfinite= memory= sram.banks= sram.bank_kb= sram.rows_per_clock= \
        scratchpad.banks= scratchpad.bank_bytes= transposers= dma.outstanding= dma.requests_per_clock= \
        dma.rows_per_clock= zero_compression= mapping.b= mapping.a= mapping.scratchpad_b= mapping.scratchpad_a= mapping.reduction_rows= mapping.file= power_gating= power_gating_threshold=
      printf 'dram.%s= ' spec channels ranks width mapping hash page_policy page_timeout scheduler row_hit_cap \
        age_limit queue write_high write_low refresh refresh_postpone refresh_phase power_down self_refresh \
        front_clocks back_clocks response_order energy_flat_pj_per_bit
      ;;
    install) echo build test bench format tidy ci ;;
  esac
}

_tensordash_values() {  # what may follow `--set $1=`
  case $1 in
    connectivity) echo paper dnnsim ;;
    sync) echo lockstep elastic ;;
    sparsity) echo one_sided two_sided none ;;
    dilation_zeros) echo kept removed ;;
    dtype) echo fp32 bf16 ;;
    accumulate) echo fp32 exact ;;
    nonfinite) echo refuse allow ;;
    memory) echo ideal modelled ;;
    zero_compression) echo on off ;;
    mapping.b) echo auto window wave ;;
    mapping.a) echo auto whole round wave ;;
    mapping.scratchpad_b) echo auto reuse stream ;;
    mapping.scratchpad_a) echo auto hold stream ;;
    power_gating) echo off auto on ;;
    dram.spec) echo lpddr4-3200-16gb lpddr4-3200-8gb ;;
    dram.channels) echo 1 2 4 8 16 ;;
    dram.ranks) echo 1 2 4 ;;
    dram.width) echo 16 32 64 ;;
    dram.page_policy) echo open closed adaptive ;;
    dram.scheduler) echo fcfs frfcfs ;;
    dram.refresh) echo none all_bank per_bank ;;
    dram.refresh_phase) echo aligned staggered ;;
    dram.response_order) echo out_of_order in_order ;;
  esac
}

_tensordash() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  # Readline cuts words at '=', so `--set sync=e` arrives as the words: --set sync = e
  if [[ $word == "=" ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_tensordash_values "$before")")
    return
  elif [[ $before == "=" ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_tensordash_values "${COMP_WORDS[COMP_CWORD - 2]}")" -- "$word")
    return
  fi
  if [[ $COMP_CWORD == 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "run generate dram play soc study demo test build bench format tidy install --help" -- "$word")
    return
  fi
  local follow
  follow=$(_tensordash_words "$before" "${COMP_WORDS[1]}")
  if [[ -n $follow ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$follow" -- "$word")
    [[ $before != --set && $before != --fault ]] || compopt -o nospace 2>/dev/null || true
  elif [[ $word == -* && ${COMP_WORDS[1]} == generate ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--layer --batch --sparsity --cluster --seed --help" -- "$word")
  elif [[ $word == -* && ${COMP_WORDS[1]} == study ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--layer --op --batch --sparsity --cluster --seed --config --set --csv --help" -- "$word")
  elif [[ $word == -* && ${COMP_WORDS[1]} == play ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--transport --level --memory --config --set --dumps --verbose --quiet --help" -- "$word")
  elif [[ $word == -* && ${COMP_WORDS[1]} == dram ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--pattern --trace --requests --bytes --seed --transport --config --set --json --commands --vcd --channel --no-monitor --explain --quiet --help" -- "$word")
  elif [[ $word == -* && ${COMP_WORDS[1]} == soc ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--layer --op --transport --level --quantum --dmi --wait --plain --verify --batch --sparsity --cluster --seed --config --set --json --outputs --quiet --help" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--layer --op --level --verify --batch --sparsity --cluster --seed --config --set --json --resume --outputs --vcd --vcd-scope --vcd-window --fault --explain --quiet --help" -- "$word")
  else
    compopt -o default 2>/dev/null || true
    COMPREPLY=()
  fi
}

complete -F _tensordash tensordash ./tensordash
