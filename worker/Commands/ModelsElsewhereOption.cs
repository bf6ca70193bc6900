using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>The <c>--models-elsewhere</c> of commands that otherwise hash the model files.</summary>
static class ModelsElsewhereOption
{
    public static Option<bool> Create() => new("--models-elsewhere")
    {
        Description = "Do not look for the models on this machine: they are on the workers' machines.",
    };
}
