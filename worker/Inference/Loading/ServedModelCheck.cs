using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Remote.Tokens;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Loading;

/// <summary>Asks each server of a model what it serves, and tries it as a worker would use it.</summary>
static class ServedModelCheck
{
    /// <param name="here">One with <see cref="ModelProfile.Remote"/> whose vocabulary is on this machine.</param>
    /// <param name="say">Takes a sentence for each thing that was found, also if a later one makes the model unusable.</param>
    /// <returns>How it is used, and what is known of it: the context is the shortest of all servers.</returns>
    /// <exception cref="UserException">ModelUnusable: a server can't serve it; a line for each such server.</exception>
    public static async Task<(ModelProfile Profile, ModelFacts Facts)> RunAsync(
        ModelLoader loader, ModelProfile here, Action<string> say, CancellationToken ct)
    {
        using var pool = loader.Served.Pool(here, here.Role is ModelRole.Reward);
        using var vocabulary = await VocabularyAsync(loader, here, pool, ct);
        loader.LogRemarks(here, vocabulary);
        if (here.Role is ModelRole.Reward)
        {
            var read = here;
            here = await vocabulary.ReadAsync(() => loader.Recognized(vocabulary, read), ct);
        }

        var (remote, served, faults) = (here.Remote!, new List<(Uri Endpoint, RemoteFacts Facts)>(), new List<string>());
        foreach (var endpoint in remote.Endpoints)
        {
            try
            {
                served.Add((endpoint, await CheckAsync(loader, here, endpoint, vocabulary, say, ct)));
            }
            catch (Exception e) when (e is UserException or MachineFaultException)
            {
                faults.Add(e.Message);
            }
        }

        // Searches go from one replica to another when the first can't serve them.
        if (served.Select(one => (one.Facts.Model, one.Facts.Revision)).Distinct().Count() > 1)
            faults.Add($"the servers of the model '{here.Name}' do not serve the same: "
                + $"{string.Join("; ", served.Select(one => $"{RemoteModel.Show(one.Endpoint)} serves {What(one.Facts)}"))}; serve one "
                + "version of it everywhere");
        if (faults.Count > 0) throw new UserException(ExitCode.ModelUnusable, string.Join('\n', faults));
        return (here, vocabulary.Facts with
        {
            Parameters = remote.Parameters,
            // No server says how many tokens it has.
            VocabularySize = vocabulary is ServedVocabulary ? 0 : vocabulary.Facts.VocabularySize,
            TrainContext = served.Min(one => RemoteContext.Of(vocabulary, remote, one.Facts)),
            Description = $"{Program(remote, served[0].Facts)}, {served.Count} {(served.Count == 1 ? "server" : "servers")}",
        });
    }

    static async Task<ILanguageModel> VocabularyAsync(ModelLoader loader, ModelProfile here, EndpointPool pool, CancellationToken ct)
    {
        try
        {
            return await loader.Served.VocabularyAsync(here, pool, ct);
        }
        catch (MachineFaultException e)
        {
            throw new UserException(ExitCode.ModelUnusable, e.Message, e);
        }
    }

    static async Task<RemoteFacts> CheckAsync(ModelLoader loader, ModelProfile here, Uri endpoint, ILanguageModel vocabulary,
        Action<string> say, CancellationToken ct)
    {
        var one = here with { Remote = here.Remote! with { Endpoints = [endpoint] } };
        using var pool = loader.Served.Pool(one, here.Role is ModelRole.Reward);
        var check = await RemoteLoad.CheckAsync(one, vocabulary, pool, ct);
        var at = $"'{here.Name}' at {RemoteModel.Show(endpoint)}";
        say($"{at}: {Program(one.Remote!, check.Facts)} serves {What(check.Facts)}, "
            + $"{RemoteContext.Of(vocabulary, one.Remote!, check.Facts)} tokens of context");
        say($"{at}: " + (vocabulary is ServedVocabulary ? "the server tokenizes for the worker, without loss"
            : check.ComparedVocabulary ? "the server reads texts as the vocabulary here does"
            : "warning: the server does not tokenize, so its vocabulary was not compared with the one here"));
        if (here.Role is ModelRole.Reward)
            say($"{at}: " + (here.SelfTest is null ? "the server scores steps; the entry has no SelfTest, which would check the scores"
                : "the self-test of the entry holds"));
        else
            say($"{at}: " + (check.RepeatsWithSeed is true ? "one seed gave the same tokens twice"
                : "warning: one seed gave other tokens the second time, so a search that runs again is another one; docs/models.md says "
                    + "how to serve it deterministically"));
        return check.Facts;
    }

    static string Program(RemoteModel remote, RemoteFacts facts) =>
        facts.Version.Length > 0 ? $"{StoredNames.Of(remote.Kind)} {facts.Version}" : StoredNames.Of(remote.Kind);

    static string What(RemoteFacts facts) =>
        facts.Revision.Length > 0 ? $"'{facts.Model}' (revision {facts.Revision})" : $"'{facts.Model}'";
}
