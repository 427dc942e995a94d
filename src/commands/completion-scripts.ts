/**
 * Scripts that teach a shell to ask `xmlfan complete -- WORDS` what may stand in the place of the last word. It answers with a line for
 * each value, a tab before its description if it has one, and at last `:` and the sum of 2 (more of the word may follow) and 4 (it is no
 * file). Where the word is `--name=…`, values come without the name. Each script may be read several times.
 */
export const SCRIPTS = {
  /**
   * From bash 3.2 on. It takes `=` and `:` for words of their own, unless COMP_WORDBREAKS says otherwise: words are passed as they come,
   * and what stands before the last of these signs is in the line already.
   */
  bash: `# bash completion for xmlfan
__xmlfan_complete() {
    local IFS= typed=\${COMP_LINE:0:COMP_POINT} breaks=\${COMP_WORDBREAKS//[^=:]/} flag='' kept='' line directive=0
    typed=\${typed##*[[:space:]]}
    [[ $typed == -*=* ]] && flag=\${typed%%=*}=
    [[ -n $breaks ]] && kept=\${typed%"\${typed##*[$breaks]}"}
    COMPREPLY=()
    while read -r line; do
        if [[ $line == :* ]]; then
            directive=\${line#:}
        else
            line=$flag\${line%%$'\\t'*}
            COMPREPLY+=("\${line#"$kept"}")
        fi
    done < <(xmlfan complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
    if ((directive & 4)); then compopt +o default 2>/dev/null; fi
}
complete -o default -F __xmlfan_complete xmlfan`,

  zsh: `#compdef xmlfan
_xmlfan() {
    local -a answer described suffix
    local line value directive
    answer=("\${(@f)$(xmlfan complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
    directive=\${answer[-1]#:}
    for line in "\${(@)answer[1,-2]}"; do
        value=\${\${line%%$'\\t'*}//:/\\\\:}
        [[ $line == *$'\\t'* ]] && value+=:\${line#*$'\\t'}
        described+=("$value")
    done
    (( directive & 2 )) && suffix=(-S '')
    [[ $PREFIX == -*=* ]] && compset -P 1 '*='
    if (( $#described )); then
        _describe -t values value described "\${suffix[@]}" && return
    fi
    (( directive & 4 )) || _files
}
if [[ $funcstack[1] == _xmlfan ]]; then _xmlfan "$@"; else compdef _xmlfan xmlfan; fi`,

  /** Fish puts no space behind what ends with `=`, `/` or `:`. */
  fish: `# fish completion for xmlfan
function __xmlfan_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l last (commandline -ct)
    set -l flag (string match -r -- '^--[^=]+=' "$last")
    set -l answer (xmlfan complete -- $words "$last" 2>/dev/null)
    for line in $answer[1..-2]
        echo -- "$flag$line"
    end
    if not contains -- "$answer[-1]" :4 :6
        for path in (__fish_complete_path (string replace -- "$flag" '' "$last"))
            echo -- "$flag$path"
        end
    end
end
complete -c xmlfan -e
complete -c xmlfan -f -a '(__xmlfan_complete)'`,

  /** The last word goes on its own: Windows PowerShell drops empty ones. Where nothing is answered PowerShell offers files by itself. */
  powershell: `# PowerShell completion for xmlfan
Register-ArgumentCompleter -Native -CommandName xmlfan -ScriptBlock {
    param($word, $ast, $cursor)
    $before = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.ToString() })
    $flag = if ($word -match '^--[^=]+=') { $Matches[0] } else { '' }
    $answer = @(xmlfan complete "--last=$word" -- @before 2>$null)
    foreach ($line in @($answer | Select-Object -SkipLast 1)) {
        $value, $text = $line -split [char]9, 2
        $typed = $flag + $value
        if ($typed -match '[^\\w:/\\\\.=-]') { $typed = "'" + $typed.Replace("'", "''") + "'" }
        if (-not $text) { $text = $value }
        [System.Management.Automation.CompletionResult]::new($typed, $value, 'ParameterValue', $text)
    }
    if ($answer.Count -le 1 -and $flag -and -not ([int]$answer[-1].TrimStart(':') -band 4)) {
        foreach ($file in [System.Management.Automation.CompletionCompleters]::CompleteFilename($word.Substring($flag.Length))) {
            [System.Management.Automation.CompletionResult]::new($flag + $file.CompletionText, $file.ListItemText, $file.ResultType, $file.ToolTip)
        }
    }
}`,
} as const;
