using System.ComponentModel.DataAnnotations;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Catalog;

/// <summary>
/// Section <c>Rebase:Models:NAME</c>: a model file, or a model on a server, and how to use it. A setting that is left out comes from the
/// preset.
/// </summary>
sealed class ModelOptions
{
    /// <summary>The GGUF file: a path, or the https or blob URI that a worker downloads it from once.</summary>
    public string Path { get; set; } = "";

    /// <summary>
    /// SHA-256 of the file, hex; of a model on a server that of its vocabulary. A file from a URI must have one, here or in the URI's
    /// fragment (<c>#sha256=...</c>). A split model has one for each part, in their order and with commas between them.
    /// </summary>
    public string? Sha256 { get; set; }

    /// <summary>
    /// Address of the server that has the model, or of each replica, with spaces or commas between them. It excludes <see cref="Path"/>.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>The server's program: vllm, sglang, llama-server or openai.</summary>
    public string? Kind { get; set; }

    /// <summary>The model's name at the server; null takes the only one that the server has.</summary>
    public string? Model { get; set; }

    /// <summary>Sent to the server as a bearer token.</summary>
    [Secret(IsWhole = true)]
    public string? ApiKey { get; set; }

    /// <summary>A file that holds the key, such as a mounted secret. It is read when the program starts.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>
    /// In place of a key: the scope of the token that the process's Azure identity (<c>DefaultAzureCredential</c>) gives for the server.
    /// </summary>
    public string? IdentityScope { get; set; }

    /// <summary>Number of weights of a model on a server, for FLOPs: no server says it.</summary>
    [Range(1.0, 1e15)]
    public double? Parameters { get; set; }

    /// <summary>Most requests in flight to one address; null for 256.</summary>
    [Range(1, 4096)]
    public int? MaxConcurrency { get; set; }

    /// <summary>Longest sequence of a model on a server, in tokens; null: as the server says.</summary>
    [Range(16, 1 << 24)]
    public int? ContextTokens { get; set; }

    /// <summary>Longest time for one request to the server; null for 300.</summary>
    [Range(0.1, 86_400)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>
    /// The vocabulary of a model on a server: a GGUF file of that model (one without weights is enough) or its tokenizer.json. A path, or
    /// an address whose SHA-256 is stated. "server": the server tokenizes.
    /// </summary>
    public string? Vocabulary { get; set; }

    /// <summary>Policy, Reward or Embedding. Only lists and checks use it: a job itself says what it uses a model for.</summary>
    public ModelRole? Role { get; set; }

    /// <summary>Prompt preset of a policy: plain, llama3-chat or qwen-chat.</summary>
    public string Prompt { get; set; } = "plain";

    /// <summary>What ends a step: line, paragraph, numbered, or the mark itself.</summary>
    public string? StepBoundary { get; set; }

    /// <summary>Text that only a solution's last step holds.</summary>
    public string? AnswerMark { get; set; }

    /// <summary>
    /// The published reward model that it is: math-shepherd-mistral, rlhflow-llama3.1, skywork-o1-open-prm, qwen2.5-math-prm,
    /// qwen2.5-math-prm800k or llemma-7b-prm. Null, with no convention named: as the file's metadata and vocabulary say.
    /// </summary>
    public string? Preset { get; set; }

    /// <summary>
    /// How a reward model's input is written and its score is read: math-shepherd, mean-logit, rlhflow, skywork or qwen-math-prm. Null for
    /// that of the preset, else math-shepherd.
    /// </summary>
    public string? Convention { get; set; }

    /// <summary>Tag after each step of a reward model's input, one token of its vocabulary.</summary>
    public string? StepTag { get; set; }

    /// <summary>Label of a good step, one token of its vocabulary.</summary>
    public string? GoodToken { get; set; }

    /// <summary>Label of a bad step, one token of its vocabulary.</summary>
    public string? BadToken { get; set; }

    /// <summary>Text between the question and the first step, in the reward model's input.</summary>
    public string? AfterQuestion { get; set; }

    /// <summary>Token id that the tag must have. A model whose tokenizer gives another id is refused.</summary>
    public int? StepTagId { get; set; }

    /// <summary>Token id that the good label must have.</summary>
    public int? GoodTokenId { get; set; }

    /// <summary>Token id that the bad label must have.</summary>
    public int? BadTokenId { get; set; }

    /// <summary>
    /// Safetensors file with the head of a skywork or qwen-math-prm model: a path, or a URI whose fragment states its SHA-256.
    /// </summary>
    public string? Head { get; set; }

    /// <summary>Known scores, checked whenever the reward model is loaded.</summary>
    public SelfTestOptions? SelfTest { get; set; }
}
