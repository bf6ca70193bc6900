using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Reads YAML, of which JSON is a part.</summary>
static class YamlText
{
    // The deepest file that means anything has five. The library goes down one call for each level: 100,000 levels would end the process.
    const int MostLevels = 64;

    /// <summary>The one mapping that the text is.</summary>
    /// <param name="file">Name of the file, for error messages.</param>
    /// <param name="expected">What the mapping is, such as "a sweep is one mapping with the keys name, datasets".</param>
    /// <param name="faults">Gets a line if it is no such text.</param>
    /// <returns>Null: a fault was added.</returns>
    public static YamlMappingNode? Root(string text, string file, string expected, List<string> faults)
    {
        try
        {
            if (Documents(text) is [{ RootNode: YamlMappingNode root }]) return root;
            faults.Add($"{file}: {expected}");
        }
        catch (YamlException e)
        {
            faults.Add($"{file}, line {e.Start.Line}: not valid YAML: {e.InnerException?.Message ?? e.Message}");
        }

        return null;
    }

    static IReadOnlyList<YamlDocument> Documents(string text)
    {
        var (parser, levels) = (new Parser(new StringReader(text)), 0);
        while (parser.MoveNext())
        {
            levels += parser.Current!.NestingIncrease;
            if (levels > MostLevels)
                throw new YamlException(parser.Current.Start, parser.Current.End, $"it has more than {MostLevels} levels");
        }

        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return [.. yaml.Documents];
    }
}
