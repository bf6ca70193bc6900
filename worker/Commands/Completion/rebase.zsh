# Completion of rebase for zsh. Load it in ~/.zshrc, behind compinit: source <(rebase completion zsh)
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
_rebase() {
    local program=${(Q)words[1]} word=$PREFIX answer
    # The program is asked about the words before this one, behind its own name, which may be a path.
    local line="rebase ${(j: :)words[2,CURRENT-1]} "
    [[ $program == '~/'* ]] && program=$HOME/${program[3,-1]}
    if [[ $word == -*=* ]]; then
        line+="${word%%=*} "
        compset -P '*='
    fi
    local -a answers
    for answer in ${(f)"$($program "[suggest:${#line}]" "$line" 2>/dev/null)"}; do
        answer=${answer%$'\r'}
        # Options only where one begins; everywhere else a file may stand.
        [[ $answer == ('/?'|'/h'|'-?') ]] && continue
        [[ $answer == -* && ( $word != -* || $word == *=* ) ]] || answers+=("$answer")
    done
    (( $#answers )) && compadd -- $answers || _files
}
compdef _rebase rebase
