using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>
/// The tensors of a GGUF file under the names of Hugging Face's layout; quantized ones stay in the file, mapped into memory.
/// </summary>
internal sealed partial class GgufSource : TensorSource
{
    private static readonly Dictionary<string, string> _parts = new()
    {
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["attn_norm"] = "input_layernorm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    private static readonly Dictionary<string, string> _ends = new()
    {
        ["token_embd.weight"] = "model.embed_tokens.weight",
        ["output_norm.weight"] = "model.norm.weight",
        ["output.weight"] = "lm_head.weight",
    };

    private readonly GgufFile _file;
    private readonly OrderedDictionary<string, GgufEntry> _entries = [];

    public GgufSource(GgufFile file)
    {
        _file = file;
        foreach (GgufEntry entry in file.Entries)
        {
            string name = NameOf(entry.Name);
            if (!_entries.TryAdd(name, entry))
            {
                throw new ModelFileException(file.FileName, entry.Name, null, $"another tensor is {name}, too.");
            }
        }
    }

    public override string Name => _file.FileName;

    public override IEnumerable<string> Names => _entries.Keys;

    public override bool TryShape(string name, out Shape shape)
    {
        bool has = _entries.TryGetValue(name, out GgufEntry? entry);
        shape = has ? entry!.Shape : default;
        return has;
    }

    public override Tensor Read(string name) => _file.Read(_entries[name].Name);

    public override bool TryBlocks(string name, [NotNullWhen(true)] out QuantizedMatrix? matrix)
    {
        matrix = null;
        GgufEntry entry = _entries[name];
        if (!entry.IsQuantized || !entry.IsDecoded || entry.Shape.Rank != 2)
        {
            return false;
        }

        Tensor blocks = entry.ByteLength <= int.MaxValue ? _file.MapBlocks(entry.Name) : _file.ReadBlocks(entry.Name);
        matrix = QuantizedMatrix.FromBlocks(blocks, entry.Type);
        return true;
    }

    private static string NameOf(string name)
    {
        if (_ends.TryGetValue(name, out string? end))
        {
            return end;
        }

        Match layer = Layer().Match(name);
        return layer.Success && _parts.TryGetValue(layer.Groups[2].Value, out string? part)
            ? $"model.layers.{layer.Groups[1].Value}.{part}.{layer.Groups[3].Value}"
            : name;
    }

    [GeneratedRegex(@"^blk\.(\d+)\.([a-z_]+)\.(weight|bias)$", RegexOptions.CultureInvariant)]
    private static partial Regex Layer();
}
