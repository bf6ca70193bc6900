using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Catalog;

/// <summary>Reads a catalog entry of a model on a server. No sentence of it holds the key.</summary>
static class RemoteEntry
{
    /// <summary>Where the entry's model is served; null for an entry of a file.</summary>
    /// <exception cref="UserException">
    /// BadInput: a setting is missing, can't be used or contradicts another one. NotFound or NoPermission: the key's file can't be read.
    /// </exception>
    public static RemoteModel? Of(string name, ModelOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Endpoint))
        {
            return Stated(options) is { } stated
                ? throw Bad($"the model '{name}' has the setting {stated}, which is for a model on a server: set "
                    + $"Rebase:Models:{name}:Endpoint to the server's address, or remove {stated}")
                : null;
        }

        if (options.Path.Length > 0)
            throw Bad($"the model '{name}' has both a file (Path) and a server (Endpoint): remove one of them from Rebase:Models:{name}");
        if (options.Head is not null)
            throw Bad($"the model '{name}' is on a server, which has its head too: remove Rebase:Models:{name}:Head");
        return new()
        {
            Endpoints = EndpointsOf(name, options.Endpoint),
            Kind = KindOf(name, options.Kind),
            Model = string.IsNullOrWhiteSpace(options.Model) ? null : options.Model.Trim(),
            ApiKey = KeyOf(name, options),
            IdentityScope = ScopeOf(name, options),
            Parameters = options.Parameters is { } parameters ? (long)parameters
                : throw Bad($"the model '{name}' is on a server, which does not say how many weights it has: set "
                    + $"Rebase:Models:{name}:Parameters (7.24e9 for Mistral 7B), the factor of its FLOPs"),
            MaxConcurrency = options.MaxConcurrency ?? 256,
            ContextTokens = options.ContextTokens,
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds ?? 300),
        };
    }

    /// <summary>In place of a file: the server tokenizes.</summary>
    const string ServersOwn = "server";

    /// <summary>The vocabulary's file; null when the server tokenizes.</summary>
    /// <exception cref="UserException">BadInput: none is stated, or it is neither a GGUF file nor a tokenizer.json.</exception>
    public static ModelFile? VocabularyOf(string name, ModelOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Vocabulary))
            throw Bad($"the model '{name}' is on a server, and questions are tokenized here: set Rebase:Models:{name}:Vocabulary to a GGUF "
                + $"file of the model (one without weights is enough) or to its tokenizer.json, or to '{ServersOwn}' if the server shall "
                + "tokenize");
        if (options.Vocabulary == ServersOwn)
            return KindOf(name, options.Kind) is RemoteKind.OpenAi
                ? throw Bad($"the model '{name}' has the vocabulary of its server, and one of kind openai does not tokenize: set "
                    + $"Rebase:Models:{name}:Vocabulary to the model's tokenizer.json or a GGUF file of it")
                : null;
        var file = options.Vocabulary.Split('?', '#')[0];
        var extension = System.IO.Path.GetExtension(file).ToLowerInvariant();
        if (extension is not (".gguf" or ".json"))
            throw Bad($"the vocabulary of the model '{name}', {MaskedUri.Of(file)}, is neither a .gguf file nor a tokenizer.json: name one "
                + $"in Rebase:Models:{name}:Vocabulary");
        return ModelFile.Of(options.Vocabulary, options.Sha256, extension, $"the vocabulary of the model '{name}'",
            $"write #sha256= and the 64 hex digits behind it in Rebase:Models:{name}:Vocabulary");
    }

    static List<Uri> EndpointsOf(string name, string text)
    {
        var endpoints = new List<Uri>();
        foreach (var part in text.Split([' ', ',', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var shown = MaskedUri.Of(part);
            if (!MaskedUri.IsUri(part) || !Uri.TryCreate(part, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
                throw Bad($"the model '{name}' has the address '{shown}', which is no http or https address: write Rebase:Models:{name}:"
                    + "Endpoint as https://host:port, several with spaces or commas between them");
            if (uri.UserInfo.Length > 0)
                throw Bad($"the model '{name}' has the address {shown}, which contains a user or a password: remove it, and set "
                    + $"Rebase:Models:{name}:ApiKey if the server wants a key");
            if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
                throw Bad($"the model '{name}' has the address {shown}, which has a part behind ? or #: write the server's address only");
            if (uri.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal))
                throw Bad($"the model '{name}' has the address {shown}: leave out /v1 and what is behind it, the program adds the paths");
            if (endpoints.Contains(uri))
                throw Bad($"the model '{name}' has the address {shown} twice: write each replica once");
            endpoints.Add(uri);
        }

        return endpoints;
    }

    static RemoteKind KindOf(string name, string? text) => string.IsNullOrWhiteSpace(text)
        ? throw Bad($"the model '{name}' does not say which program serves it: set Rebase:Models:{name}:Kind to one of {Kinds}")
        : StoredNames.TryParse<RemoteKind>(text, out var kind)
            ? kind
            : throw Bad($"the model '{name}' names the server program '{text}', and there are {Kinds}: correct Rebase:Models:{name}:Kind");

    static string Kinds => string.Join(", ", StoredNames.All<RemoteKind>());

    static string? KeyOf(string name, ModelOptions options)
    {
        if (string.IsNullOrEmpty(options.ApiKeyFile)) return Checked(options.ApiKey, "ApiKey");
        if (!string.IsNullOrEmpty(options.ApiKey))
            throw Bad($"the model '{name}' has both an ApiKey and an ApiKeyFile: remove one of them from Rebase:Models:{name}");
        try
        {
            return SpecialFile.FaultOf(options.ApiKeyFile) is { } fault
                ? throw Bad($"the file {options.ApiKeyFile} with the key of the model '{name}' {fault}")
                : Checked(File.ReadAllText(options.ApiKeyFile), "ApiKeyFile");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(e is FileNotFoundException or DirectoryNotFoundException ? ExitCode.NotFound : ExitCode.NoPermission,
                $"the file {options.ApiKeyFile} with the key of the model '{name}' can't be read: {e.Message}", e);
        }

        // A header takes printable characters only. The sentence must not show which one is wrong.
        string? Checked(string? key, string setting) => string.IsNullOrWhiteSpace(key) ? null
            : key.Trim() is var bare && bare.All(c => c is > ' ' and <= '~')
                ? bare
                : throw Bad($"the key in Rebase:Models:{name}:{setting} holds a space or a character outside ASCII: a key has none");
    }

    static string? ScopeOf(string name, ModelOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.IdentityScope)) return null;
        if (!string.IsNullOrEmpty(options.ApiKey) || !string.IsNullOrEmpty(options.ApiKeyFile))
            throw Bad($"the model '{name}' has both a key and an IdentityScope: remove one of them from Rebase:Models:{name}");
        return options.IdentityScope.Trim() is var scope && !scope.Any(char.IsWhiteSpace)
            ? scope
            : throw Bad($"Rebase:Models:{name}:IdentityScope is '{scope}': write one scope, such as https://ml.azure.com/.default");
    }

    static string? Stated(ModelOptions options) =>
        options.Kind is not null ? nameof(options.Kind)
        : options.Model is not null ? nameof(options.Model)
        : options.ApiKey is not null ? nameof(options.ApiKey)
        : options.ApiKeyFile is not null ? nameof(options.ApiKeyFile)
        : options.IdentityScope is not null ? nameof(options.IdentityScope)
        : options.Parameters is not null ? nameof(options.Parameters)
        : options.MaxConcurrency is not null ? nameof(options.MaxConcurrency)
        : options.ContextTokens is not null ? nameof(options.ContextTokens)
        : options.TimeoutSeconds is not null ? nameof(options.TimeoutSeconds)
        : options.Vocabulary is not null ? nameof(options.Vocabulary)
        : null;

    static UserException Bad(string sentence) => new(ExitCode.BadInput, sentence);
}
