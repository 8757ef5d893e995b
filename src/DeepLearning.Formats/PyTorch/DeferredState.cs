using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Formats;

/// <summary>
/// The tensors of a file by name, to be copied one after the other: the memory of one is given back when the next is asked for, unless
/// another tensor that is still to come shares it.
/// </summary>
internal sealed class DeferredState : IReadOnlyDictionary<string, Tensor>
{
    private readonly OrderedDictionary<string, Tensor> _tensors;
    private readonly Dictionary<Storage, int> _uses = new(ReferenceEqualityComparer.Instance);
    private DeferredStorage? _last;

    public DeferredState(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        _tensors = new(tensors);
        foreach (Tensor tensor in _tensors.Values)
        {
            _uses[tensor.Storage] = _uses.GetValueOrDefault(tensor.Storage) + 1;
        }
    }

    public int Count => _tensors.Count;

    public IEnumerable<string> Keys => _tensors.Keys;

    public IEnumerable<Tensor> Values => _tensors.Values;

    public Tensor this[string key]
    {
        get
        {
            Tensor tensor = _tensors[key];
            if (!ReferenceEquals(_last, tensor.Storage))
            {
                _last?.Release();
                _last = null;
            }

            (tensor.Storage as DeferredStorage)?.Fill();
            _last = --_uses[tensor.Storage] <= 0 ? tensor.Storage as DeferredStorage : null;
            return tensor;
        }
    }

    public bool ContainsKey(string key) => _tensors.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value) => _tensors.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
