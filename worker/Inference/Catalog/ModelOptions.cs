namespace RebaseBatch.Inference.Catalog;

/// <summary>Section <c>Rebase:Models:NAME</c>: a model file and how to use it. A setting that is left out comes from the preset.</summary>
sealed class ModelOptions
{
    /// <summary>The GGUF file: a path, or the https or blob URI that a worker downloads it from once.</summary>
    public string Path { get; set; } = "";

    /// <summary>
    /// SHA-256 of the file, hex; a file from a URI must have one, here or in the URI's fragment (<c>#sha256=...</c>). A split model has one
    /// for each part, in their order and with commas between them.
    /// </summary>
    public string? Sha256 { get; set; }

    /// <summary>Policy or Reward. Only lists and checks use it: a job itself says what it uses a model for.</summary>
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
