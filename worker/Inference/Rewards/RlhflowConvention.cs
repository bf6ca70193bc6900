using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// RLHFlow's Llama-3.1 models (RLHFlow/RLHF-Reward-Modeling, math-rm/prm_evaluate.py): a chat in which the user says one step per turn, the
/// question before the first step, and the assistant answers "+" each time. A step's score is P("+") over "+" and "-" at the position where
/// the assistant is about to answer. Earlier answers are always "+", whatever the scores were.
/// </summary>
sealed class RlhflowConvention : IRewardConvention
{
    public const string Name = "rlhflow";

    /// <summary>Llama 3.1's own chat template puts this first, and Llama 3's does not. The date is the template's, not today's.</summary>
    const string SystemTurn = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n";

    readonly ILanguageModel _model;
    readonly string _afterQuestion;
    readonly bool _hasSystemTurn;
    readonly int _begin, _startHeader, _endHeader, _endTurn, _good, _bad;

    /// <exception cref="UserException">A control token of Llama 3 or a label is not one token of this model.</exception>
    public RlhflowConvention(ILanguageModel model, RewardPreset preset, string name)
    {
        var vocabulary = new ConventionVocabulary(model, Name, name);
        (_model, _afterQuestion) = (model, preset.AfterQuestion);
        _begin = vocabulary.Only("<|begin_of_text|>");
        _startHeader = vocabulary.Only("<|start_header_id|>");
        _endHeader = vocabulary.Only("<|end_header_id|>");
        _endTurn = vocabulary.Only("<|eot_id|>");
        _good = vocabulary.Only(preset.Good, preset.GoodId, "prm.good_token_id");
        _bad = vocabulary.Only(preset.Bad, preset.BadId, "prm.bad_token_id");
        // The published models are Llama 3.1, so a file without a template is treated as one.
        _hasSystemTurn = model.Metadata("tokenizer.chat_template") is not { } template
            || template.Contains("Cutting Knowledge Date", StringComparison.Ordinal);
    }

    public ModelOutput Reads => ModelOutput.Logits;

    public (int Good, int Bad)? Labels => (_good, _bad);

    public int[] Encode(string question, IReadOnlyList<string> steps)
    {
        var prompt = new TokenWriter(_model).Token(_begin);
        if (_hasSystemTurn) Header(prompt, "system").Text("\n\n" + SystemTurn).Token(_endTurn);
        for (var i = 0; i < steps.Count; i++)
        {
            if (i > 0) prompt.Token(_good).Token(_endTurn);
            // The template trims each turn's text.
            var said = i == 0 ? question + _afterQuestion + steps[0] : steps[i];
            Header(prompt, "user").Text("\n\n" + said.Trim()).Token(_endTurn);
            Header(prompt, "assistant").Text("\n\n");
        }

        return prompt.ToArray();
    }

    public double Read(ReadOnlySpan<float> output) => Score.OfLabels(output[_good], output[_bad]);

    TokenWriter Header(TokenWriter prompt, string role) => prompt.Token(_startHeader).Text(role).Token(_endHeader);
}
