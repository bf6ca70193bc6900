# Completion of rebase for bash. Load it in ~/.bashrc: source <(rebase completion bash)
_rebase() {
    local program=${COMP_WORDS[0]} line=${COMP_LINE:0:COMP_POINT} answer
    # The program is asked about the line before the word, behind its own name, which may be a path.
    local word=${line##*[[:space:]]}
    line=${line%"$word"}
    line="rebase${line#*"$program"}"
    [[ $program == '~/'* ]] && program=$HOME/${program:2}
    local value=$word
    [[ $word == -*=* ]] && { line+="${word%%=*} "; value=${word#*=}; }
    # bash ends a word at = and :, so an answer is what stands behind them.
    local begin=${value%"${value##*[=:]}"}
    COMPREPLY=()
    while IFS= read -r answer; do
        answer=${answer%$'\r'}
        # Options only where one begins; everywhere else a file may stand.
        case $answer in
            '' | '/?' | '/h' | '-?') continue ;;
            -*) [[ $word == -* && $word != *=* ]] || continue ;;
        esac
        [[ $answer == "$value"* ]] && COMPREPLY+=("${answer#"$begin"}")
    done < <("$program" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -o bashdefault -F _rebase rebase
