using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Reads YAML, of which JSON is a part.</summary>
static class YamlText
{
    // The deepest file that means anything has five. The library goes down one call for each level: 100,000 levels would end the process.
    const int MostLevels = 64;

    /// <exception cref="YamlException">It is no YAML, or has more than 64 levels.</exception>
    public static IReadOnlyList<YamlDocument> Documents(string text)
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
