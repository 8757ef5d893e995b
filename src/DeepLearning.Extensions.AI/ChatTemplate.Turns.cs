using System.Text;
using Microsoft.Extensions.AI;

namespace DeepLearning.Extensions.AI;

public sealed partial class ChatTemplate
{
    /// <summary>
    /// Phi-3 and Phi-3.5: each message behind <c>&lt;|role|&gt;</c> and a new line, up to <c>&lt;|end|&gt;</c>.
    /// </summary>
    public static ChatTemplate Phi3 { get; } = new("Phi-3", static messages => RenderTurns(messages, "<|end|>\n"))
    {
        StopTexts = ["<|end|>"],
    };

    /// <summary>
    /// Zephyr and TinyLlama: each message behind <c>&lt;|role|&gt;</c> and a new line, up to the end token <c>&lt;/s&gt;</c>.
    /// </summary>
    public static ChatTemplate Zephyr { get; } = new("Zephyr", static messages => RenderTurns(messages, "</s>\n"))
    {
        StopTexts = ["</s>"],
    };

    /// <summary>
    /// Gemma: <c>&lt;start_of_turn&gt;user … &lt;end_of_turn&gt;</c>; the model is called model, questions and answers take turns.
    /// </summary>
    /// <param name="allowsSystem">
    /// Whether what the system says stands before the first question, as from Gemma 3 on; earlier ones have no place for it, and refuse it.
    /// </param>
    public static ChatTemplate Gemma(bool allowsSystem = true) =>
        new("Gemma", messages => RenderGemma(messages, allowsSystem)) { StopTexts = ["<end_of_turn>"] };

    private static string RenderTurns(IReadOnlyList<ChatMessage> messages, string end)
    {
        StringBuilder text = new();
        foreach (ChatMessage message in messages)
        {
            text.Append("<|").Append(message.Role.Value).Append("|>\n").Append(message.Text).Append(end);
        }

        return text.Append("<|assistant|>\n").ToString();
    }

    private static string RenderGemma(IReadOnlyList<ChatMessage> messages, bool allowsSystem)
    {
        StringBuilder text = new("<bos>");
        int first = messages.Count > 0 && messages[0].Role == ChatRole.System ? 1 : 0;
        if (first == 1 && !allowsSystem)
        {
            throw new ArgumentException("Gemma: this template has no place for what the system says.", nameof(messages));
        }

        string before = first == 1 ? messages[0].Text + "\n\n" : "";
        for (int i = first; i < messages.Count; i++)
        {
            bool asks = (i - first) % 2 == 0;
            if (messages[i].Role != (asks ? ChatRole.User : ChatRole.Assistant))
            {
                throw new ArgumentException("Gemma: questions and answers take turns, and a question is the first.", nameof(messages));
            }

            text.Append("<start_of_turn>").Append(asks ? "user" : "model").Append('\n').Append(before).Append(messages[i].Text.Trim())
                .Append("<end_of_turn>\n");
            before = "";
        }

        return text.Append("<start_of_turn>model\n").ToString();
    }
}
