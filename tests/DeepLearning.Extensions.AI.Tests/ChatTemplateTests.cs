using DeepLearning.Extensions.AI;
using DeepLearning.Formats;
using Microsoft.Extensions.AI;

namespace DeepLearning.Tests.Extensions.AI;

public sealed class ChatTemplateTests
{
    private static readonly ChatMessage[] _messages =
    [
        new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi!"), new(ChatRole.Assistant, "Hello."), new(ChatRole.User, "Why? "),
    ];

    [Fact]
    public void The_well_known_ones_write_what_their_templates_write()
    {
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi!<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n"
            + "<|im_start|>user\nWhy? <|im_end|>\n<|im_start|>assistant\n", ChatTemplate.ChatML("Be kind.").Render(_messages));
        Assert.Equal(
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi!<|im_end|>\n<|im_start|>assistant\n",
            ChatTemplate.ChatML("Be kind.").Render(_messages[1..2]));
        Assert.Equal(
            "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi! [/INST] Hello. </s><s>[INST] Why? [/INST]",
                ChatTemplate.Llama2.Render(_messages));
        const string Llama3 =
            "<|start_header_id|>user<|end_header_id|>\n\nHi!<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n";
        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>" + Llama3,
                ChatTemplate.Llama3.Render(_messages));
        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
            + "Today Date: 26 Jul 2024\n\nBe brief.<|eot_id|>" + Llama3, ChatTemplate.Llama31().Render(_messages));
    }

    [Fact]
    public void Those_with_turns_write_what_their_templates_write()
    {
        const string Gemma = "Hi!<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nWhy?<end_of_turn>\n"
            + "<start_of_turn>model\n";
        Assert.Equal("<bos><start_of_turn>user\nBe brief.\n\n" + Gemma, ChatTemplate.Gemma().Render(_messages));
        Assert.Equal("<bos><start_of_turn>user\n" + Gemma, ChatTemplate.Gemma(allowsSystem: false).Render(_messages[1..]));
        Assert.Throws<ArgumentException>(() => ChatTemplate.Gemma(allowsSystem: false).Render(_messages));
        Assert.Throws<ArgumentException>(() => ChatTemplate.Gemma().Render(_messages[2..]));
        Assert.Equal(
            "<|system|>\nBe brief.<|end|>\n<|user|>\nHi!<|end|>\n<|assistant|>\nHello.<|end|>\n<|user|>\nWhy? <|end|>\n<|assistant|>\n",
            ChatTemplate.Phi3.Render(_messages));
        Assert.Equal("<|user|>\nHi!</s>\n<|assistant|>\n", ChatTemplate.Zephyr.Render(_messages[1..2]));
    }

    [Theory]
    [InlineData("{{ bos_token }}… '<start_of_turn>' + role + '\n' … '<end_of_turn>\n'", "Gemma")]
    [InlineData("… '<|user|>' + '\n' … '<|end|>\n' … '<|assistant|>\n'", "Phi-3")]
    [InlineData("… '<|user|>\n' + message['content'] + eos_token … '<|assistant|>'", "Zephyr")]
    [InlineData("{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n'}}{% endfor %}", "ChatML")]
    [InlineData("{%- if %}{{- '<|im_start|>system\\nYou are Qwen.<|im_end|>\\n' }}…", "ChatML")]
    [InlineData("… '[INST] ' … '<<SYS>>\\n' …", "Llama 2")]
    [InlineData("… <|start_header_id|> … <|eot_id|> …", "Llama 3")]
    [InlineData("… <|start_header_id|> … Cutting Knowledge Date: … <|eot_id|> …", "Llama 3.1")]
    public void They_are_recognized(string jinja, string name) => Assert.Equal(name, ChatTemplate.Recognize(jinja).Name);

    [Fact]
    public void What_the_system_says_by_default_is_part_of_the_template() => Assert.StartsWith(
        "<|im_start|>system\nYou are Qwen, made by somebody.<|im_end|>\n<|im_start|>user",
        ChatTemplate.Recognize("{{- '<|im_start|>system\\nYou are Qwen, made by somebody.<|im_end|>\\n' }}").Render(_messages[1..2]),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ '<start_of_turn>' + role }}")]
    [InlineData("<|user|> alone <|assistant|>")]
    [InlineData("<|im_start|>user<|im_sep|> <|im_end|>")]
    [InlineData("[INST] without a system [/INST]")]
    [InlineData("")]
    public void Others_are_refused_by_name(string jinja) =>
        Assert.Contains(jinja, Assert.Throws<ModelFileException>(() => ChatTemplate.Recognize(jinja)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_refusal_says_how_to_give_one_of_ones_own() => Assert.Contains("new ChatTemplate(\"mine\", messages => …)",
        Assert.Throws<ModelFileException>(() => ChatTemplate.Recognize("{{ raise_exception('no') }}")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_template_of_Gemma_without_a_system_refuses_one() => Assert.Throws<ArgumentException>(() => ChatTemplate.Recognize(
        "{{ raise_exception('System role not supported') }} <start_of_turn> <end_of_turn>").Render(_messages));

    [Fact]
    public void Conversations_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ChatTemplate.Llama2.Render(_messages[2..]));
        Assert.Throws<ArgumentException>(() => ChatTemplate.Llama2.Render(_messages[..3]));
        ChatMessage image = new(ChatRole.User, [new DataContent("data:image/png;base64,AAAA")]);
        Assert.Contains("DataContent", Assert.Throws<ArgumentException>(() => ChatTemplate.ChatML().Render([image])).Message,
            StringComparison.Ordinal);
        Assert.Equal("2 Hi!", new ChatTemplate("own", static messages => $"{messages.Count} {messages[1].Text}").Render(_messages[..2]));
    }
}
