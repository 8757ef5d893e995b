using System.Runtime.CompilerServices;
using DeepLearning.Pretrained;
using DeepLearning.Tokenizers;
using Microsoft.Extensions.AI;

namespace DeepLearning.Extensions.AI;

/// <summary>
/// A model on this machine as any other chat client of Microsoft.Extensions.AI. Calls may run side by side; each keeps what it has computed
/// to itself.
/// </summary>
public sealed class LocalChatClient : IChatClient
{
    private readonly CausalLanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate _template;
    private readonly GenerationOptions _defaults;
    private readonly string[] _specialTokens;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes a client.</summary>
    /// <param name="model">The model, in evaluation mode, with its tokenizer.</param>
    /// <param name="template">How conversations are written; the template that came with the model when null.</param>
    /// <param name="defaults">How answers are written where a call does not say; <see cref="GenerationOptions.Of"/> the model when
    /// null.</param>
    /// <param name="modelId">The name of the model.</param>
    /// <exception cref="DeepLearning.Formats.ModelFileException">The model came without a template, or with one that is not
    /// known.</exception>
    /// <exception cref="InvalidOperationException">The model has no tokenizer, or is in training mode.</exception>
    public LocalChatClient(
        CausalLanguageModel model, ChatTemplate? template = null, GenerationOptions? defaults = null, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _tokenizer = model.Tokenizer ?? throw new InvalidOperationException("LocalChatClient: the model has no tokenizer; set Tokenizer.");
        if (model.Training)
        {
            throw new InvalidOperationException("LocalChatClient: the model is in training mode; call Eval() first.");
        }

        _template = template ?? ChatTemplate.Of(model);
        _defaults = defaults ?? GenerationOptions.Of(model);
        _specialTokens = [.. _tokenizer.AddedTokens.Values.Where(static token => token.Special).Select(static token => token.Content)];
        _metadata = new ChatClientMetadata("DeepLearning", null, modelId ?? model.Architecture);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The options ask for tools, a format or a penalty that the model has not.</exception>
    /// <exception cref="ArgumentException">A message holds something else than text, or special tokens, or does not fit the
    /// template.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The options ask for tools, a format or a penalty that the model has not.</exception>
    /// <exception cref="ArgumentException">A message holds something else than text, or special tokens, or does not fit the
    /// template.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatMessage> all = [.. messages];
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            all.Insert(0, new ChatMessage(ChatRole.System, instructions));
        }

        RefuseSpecialTokens(all);
        GenerationOptions how = Combined(options);
        int[] prompt = [.. _tokenizer.Encode(_template.Render(all), addSpecialTokens: false).Ids];
        if (prompt.Length == 0 || prompt.Length > _model.MaxLength)
        {
            throw new ArgumentException(
                $"LocalChatClient: the conversation is {prompt.Length} tokens long; the model takes 1 to {_model.MaxLength}.",
                nameof(messages));
        }

        return Answer(prompt, how, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_model) ? _model
            : null;
    }

    /// <summary>The model and the template.</summary>
    public override string ToString() => $"LocalChatClient({_metadata.DefaultModelId}, {_template.Name})";

    /// <summary>Does nothing: the model is its owner's.</summary>
    public void Dispose()
    {
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Answer(
        int[] prompt, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string id = Guid.NewGuid().ToString("N");
        TextPieces pieces = new(_tokenizer, options.StopTexts);
        using IEnumerator<int> tokens = _model.GenerateTokens(prompt, options).GetEnumerator();
        int written = 0;
        bool ended = false;
        while (!pieces.HasEnded)
        {
            cancellation.ThrowIfCancellationRequested();

            // The computation leaves the caller's thread alone.
            if (!await Task.Run(tokens.MoveNext, cancellation).ConfigureAwait(false))
            {
                ended = written < options.MaxNewTokens && prompt.Length + written <= _model.MaxLength;
                break;
            }

            written++;
            if (pieces.Add(tokens.Current) is { Length: > 0 } piece)
            {
                yield return Update([new TextContent(piece)]);
            }
        }

        if (pieces.Rest() is { Length: > 0 } rest)
        {
            yield return Update([new TextContent(rest)]);
        }

        UsageDetails usage =
            new() { InputTokenCount = prompt.Length, OutputTokenCount = written, TotalTokenCount = prompt.Length + written };
        ChatResponseUpdate last = Update([new UsageContent(usage)]);
        last.FinishReason = ended || pieces.HasEnded ? ChatFinishReason.Stop : ChatFinishReason.Length;
        yield return last;

        ChatResponseUpdate Update(IList<AIContent> contents) => new(ChatRole.Assistant, contents)
        {
            ResponseId = id,
            MessageId = id,
            ModelId = _metadata.DefaultModelId,
        };
    }

    /// <summary>What a user writes must not speak as the system or end a message.</summary>
    private void RefuseSpecialTokens(List<ChatMessage> messages)
    {
        foreach (ChatMessage message in messages)
        {
            string text = message.Text;
            if (_specialTokens.FirstOrDefault(token => text.Contains(token, StringComparison.Ordinal)) is { } found)
            {
                throw new ArgumentException(
                    $"LocalChatClient: a message of the {message.Role.Value} has the special token '{found}', which the model would not "
                    + "take as text; take it out.", nameof(messages));
            }
        }
    }

    private GenerationOptions Combined(ChatOptions? options)
    {
        GenerationOptions how = _defaults with
        {
            StopTexts = [.. _defaults.StopTexts, .. _template.StopTexts, .. options?.StopSequences ?? []],
        };
        if (options is null)
        {
            return how;
        }

        Refuse(options.Tools is { Count: > 0 }, nameof(options.Tools));
        Refuse(options.ResponseFormat is ChatResponseFormatJson, nameof(options.ResponseFormat));
        Refuse(options.FrequencyPenalty is not (null or 0), nameof(options.FrequencyPenalty));
        Refuse(options.PresencePenalty is not (null or 0), nameof(options.PresencePenalty));
        bool isDrawn = options.Temperature is { } temperature ? temperature > 0 : how.Sample;
        return how with
        {
            MaxNewTokens = options.MaxOutputTokens ?? how.MaxNewTokens,
            Sample = isDrawn,
            Temperature = options.Temperature is > 0 and var given ? given : how.Temperature,
            TopK = options.TopK ?? how.TopK,
            TopP = options.TopP ?? how.TopP,
            Generator = options.Seed is { } seed ? new Generator(unchecked((ulong)seed)) : how.Generator,
        };

        static void Refuse(bool asked, string what)
        {
            if (asked)
            {
                throw new NotSupportedException($"LocalChatClient: {what} is not supported by local models; leave it out.");
            }
        }
    }
}
