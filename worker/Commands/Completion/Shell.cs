namespace RebaseBatch.Commands.Completion;

/// <summary>A shell for which the program has a script of completion.</summary>
enum Shell
{
    Bash,
    Zsh,
    Pwsh,
}
