# Bash completion for the launcher and the program: source it, or copy it to
# /usr/share/bash-completion/completions/tensordash.

_tensordash_words() {  # what may follow the word $1, or nothing when anything may
  case $1 in
    --op) echo forward backward_data backward_weights ;;
    --level) echo fast pin ;;
    --verify) echo all sample: none ;;
    --sparsity) echo preset ;;
    generate) echo alexnet vgg16 resnet50 densenet121 squeezenet1_0 squeezenet1_1 img2txt snli gcn ;;
    --set)
      echo tile.rows= tile.columns= tiles= pe.lanes= staging.depth= connectivity= sync= sparsity= \
        dilation_zeros= dtype= accumulate= nonfinite= memory=
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
    memory) echo ideal ;;
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
    mapfile -t COMPREPLY < <(compgen -W "run generate demo test build bench format tidy install --help" -- "$word")
    return
  fi
  local follow
  follow=$(_tensordash_words "$before")
  if [[ -n $follow ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$follow" -- "$word")
    [[ $before != --set ]] || compopt -o nospace 2>/dev/null || true
  elif [[ $word == -* && ${COMP_WORDS[1]} == generate ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--layer --batch --sparsity --cluster --seed --help" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--layer --op --level --verify --batch --sparsity --cluster --seed --config --set --json --resume --outputs --vcd --vcd-scope --vcd-window --explain --quiet --help" -- "$word")
  else
    compopt -o default 2>/dev/null || true
    COMPREPLY=()
  fi
}

complete -F _tensordash tensordash ./tensordash
