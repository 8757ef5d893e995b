using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DeepLearning.Formats;
using DeepLearning.Pretrained;
using Microsoft.Extensions.AI;

namespace DeepLearning.Extensions.AI;

/// <summary>
/// How a conversation is written for a model: who says what, between the tokens it was trained with. The template that comes with a model
/// is a program in a language of its own, which is not run: the well-known ones are recognized, others are refused by name, and a function
/// of one's own takes their place.
/// </summary>
public sealed partial class ChatTemplate
{
    private readonly Func<IReadOnlyList<ChatMessage>, string> _render;

    /// <summary>A template that is a function.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="render">
    /// Writes a conversation up to the place where the model goes on. Special tokens in the text are those of the tokenizer; none are
    /// added.
    /// </param>
    public ChatTemplate(string name, Func<IReadOnlyList<ChatMessage>, string> render)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(render);
        (Name, _render) = (name, render);
    }

    /// <summary>The name of the template.</summary>
    public string Name { get; }

    /// <summary>The texts that end an answer, beside the end tokens of the model.</summary>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>
    /// ChatML: each message between <c>&lt;|im_start|&gt;role</c> and <c>&lt;|im_end|&gt;</c>, as Qwen and many others have it.
    /// </summary>
    /// <param name="defaultSystem">What the system says where the conversation does not begin with it; nothing when null.</param>
    public static ChatTemplate ChatML(string? defaultSystem = null) => new("ChatML", messages =>
    {
        StringBuilder text = new();
        if (defaultSystem is not null && (messages.Count == 0 || messages[0].Role != ChatRole.System))
        {
            text.Append(CultureInfo.InvariantCulture, $"<|im_start|>system\n{defaultSystem}<|im_end|>\n");
        }

        foreach (ChatMessage message in messages)
        {
            text.Append(CultureInfo.InvariantCulture, $"<|im_start|>{message.Role.Value}\n{message.Text}<|im_end|>\n");
        }

        return text.Append("<|im_start|>assistant\n").ToString();
    })
    {
        StopTexts = ["<|im_end|>"],
    };

    /// <summary>
    /// Llama 2: <c>[INST] &lt;&lt;SYS&gt;&gt; … &lt;&lt;/SYS&gt;&gt; question [/INST] answer</c>; questions and answers take turns.
    /// </summary>
    public static ChatTemplate Llama2 { get; } = new("Llama 2", RenderLlama2);

    /// <summary>
    /// Llama 3: each message behind <c>&lt;|start_header_id|&gt;role&lt;|end_header_id|&gt;</c>, up to <c>&lt;|eot_id|&gt;</c>.
    /// </summary>
    public static ChatTemplate Llama3 { get; } =
        new("Llama 3", static messages => RenderLlama3(messages, null)) { StopTexts = ["<|eot_id|>"] };

    /// <summary>Llama 3.1 and 3.2: as <see cref="Llama3"/>, with dates in front of what the system says.</summary>
    /// <param name="today">The date that the model is told; that of its template, 26 July 2024, when null.</param>
    public static ChatTemplate Llama31(DateOnly? today = null)
    {
        string date = (today ?? new DateOnly(2024, 7, 26)).ToString("dd MMM yyyy", CultureInfo.InvariantCulture);
        return new ChatTemplate("Llama 3.1", messages => RenderLlama3(messages, date)) { StopTexts = ["<|eot_id|>"] };
    }

    /// <summary>
    /// The template that comes with a model: <c>chat_template.jinja</c>, or <c>chat_template</c> of <c>tokenizer_config.json</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ModelFileException">The model has no template, or one that is not known.</exception>
    public static ChatTemplate Of(PretrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string text = model.Companion("chat_template.jinja") ?? InConfig(model.Companion("tokenizer_config.json"))
            ?? throw new ModelFileException(
                "tokenizer_config.json", "chat_template", null,
                "the model came without a chat template; give one, such as ChatTemplate.ChatML().");
        return Recognize(text);
    }

    /// <summary>The template that a text in Jinja is.</summary>
    /// <param name="jinja">The text.</param>
    /// <exception cref="ModelFileException">It is not one of those that are known.</exception>
    public static ChatTemplate Recognize(string jinja)
    {
        ArgumentNullException.ThrowIfNull(jinja);
        if (Has("<|im_start|>") && Has("<|im_end|>") && !Has("<|im_sep|>"))
        {
            Match system = SystemText().Match(jinja);
            return ChatML(system.Success ? system.Groups[1].Value.Replace("\\n", "\n", StringComparison.Ordinal) : null);
        }

        if (Has("<|start_header_id|>") && Has("<|eot_id|>"))
        {
            return !Has("Cutting Knowledge Date") ? Llama3
                : Llama31(Has("strftime_now") ? DateOnly.FromDateTime(DateTime.Now) : null);
        }

        if (Has("<start_of_turn>") && Has("<end_of_turn>"))
        {
            // Gemma 2 says so where the system speaks; from Gemma 3 on its text stands before the first question.
            return Gemma(allowsSystem: !Has("System role not supported"));
        }

        if (Has("<|assistant|>") && Has("<|user|>"))
        {
            if (Has("<|end|>"))
            {
                return Phi3;
            }

            if (Has("eos_token"))
            {
                return Zephyr;
            }
        }

        return Has("[INST]") && Has("<<SYS>>") ? Llama2 : throw new ModelFileException(
            "tokenizer_config.json", "chat_template", null,
            $"the template '{Start()}' is a program, which is not run, and not one of those that are known (ChatML, Llama 2, Llama 3, "
            + "Llama 3.1, Gemma, Phi-3, Zephyr). Write the conversation yourself: "
            + "new ChatTemplate(\"mine\", messages => …), which LocalChatClient takes in its place.");

        bool Has(string part) => jinja.Contains(part, StringComparison.Ordinal);
        string Start() => jinja.Length > 80 ? jinja[..80].ReplaceLineEndings(" ") + "…" : jinja.ReplaceLineEndings(" ");
    }

    /// <summary>Writes a conversation up to the place where the model goes on.</summary>
    /// <param name="messages">The messages; what is in them must be text.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentException">The messages do not fit the template, or hold something else than text.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (ChatMessage message in messages)
        {
            if (message.Contents.FirstOrDefault(static content => content is not (TextContent or UsageContent)) is { } other)
            {
                throw new ArgumentException($"A message holds {other.GetType().Name}; the model reads text alone.", nameof(messages));
            }
        }

        return _render(messages);
    }

    /// <summary>The name.</summary>
    public override string ToString() => $"ChatTemplate({Name})";

    private static string RenderLlama2(IReadOnlyList<ChatMessage> messages)
    {
        StringBuilder text = new();
        string system = "";
        bool asks = true;
        for (int i = 0; i < messages.Count; i++)
        {
            string content = messages[i].Text.Trim();
            if (i == 0 && messages[i].Role == ChatRole.System)
            {
                system = $"<<SYS>>\n{content}\n<</SYS>>\n\n";
                continue;
            }

            if (messages[i].Role != (asks ? ChatRole.User : ChatRole.Assistant))
            {
                throw new ArgumentException("Llama 2: questions and answers take turns, and a question is the first.", nameof(messages));
            }

            text.Append(asks ? $"<s>[INST] {system}{content} [/INST]" : $" {content} </s>");
            (system, asks) = ("", !asks);
        }

        return !asks ? text.ToString() : throw new ArgumentException("Llama 2: the last message is a question.", nameof(messages));
    }

    private static string RenderLlama3(IReadOnlyList<ChatMessage> messages, string? date)
    {
        StringBuilder text = new("<|begin_of_text|>");
        int first = 0;
        if (date is not null)
        {
            string system = messages.Count > 0 && messages[0].Role == ChatRole.System ? messages[first++].Text.Trim() : "";
            Add("system", $"Cutting Knowledge Date: December 2023\nToday Date: {date}\n\n{system}");
        }

        foreach (ChatMessage message in messages.Skip(first))
        {
            Add(message.Role.Value, message.Text.Trim());
        }

        return text.Append("<|start_header_id|>assistant<|end_header_id|>\n\n").ToString();

        void Add(string role, string content) =>
            text.Append(CultureInfo.InvariantCulture, $"<|start_header_id|>{role}<|end_header_id|>\n\n{content}<|eot_id|>");
    }

    private static string? InConfig(string? config)
    {
        if (config is null)
        {
            return null;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(config, new JsonDocumentOptions { MaxDepth = 32 });
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("chat_template", out JsonElement template))
            {
                return null;
            }

            return template.ValueKind == JsonValueKind.String ? template.GetString() : throw new ModelFileException(
                "tokenizer_config.json", "chat_template", null, "there are several templates, or none in a text; give a ChatTemplate.");
        }
        catch (JsonException e)
        {
            throw new ModelFileException("tokenizer_config.json", null, null, $"it is not valid JSON: {e.Message}", e);
        }
    }

    // What the system says where nobody does, as Qwen's templates have it: a literal between the tokens.
    [GeneratedRegex(@"<\|im_start\|>system(?:\\n|\n)([^<'""{}]+)<\|im_end\|>", RegexOptions.CultureInvariant)]
    private static partial Regex SystemText();
}
