#!/usr/bin/python3
"""Records what scikit-learn and NumPy give for small tables, for the preprocessors to be compared with.

    /usr/bin/python3 tests/DeepLearning.Tests/Data/Tables/generate.py

writes preprocessing.json beside it. Needs scikit-learn 1.2 (Debian 12: apt-get install python3-sklearn).
"""
import json
import os

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, StandardScaler

random = np.random.default_rng(3)


def rows(a):
    """Numbers with full precision; NaN becomes null."""
    return [[None if np.isnan(x) else float(x) for x in row] for row in np.atleast_2d(a)]


train = random.normal(size=(20, 4)) * [1, 1e-3, 1e6, 1] + [0, 5, -3e7, 0.1]
train[:, 3] = 0.1                                   # constant
train = np.concatenate([train, random.integers(0, 3, size=(20, 1))], axis=1)
train[[2, 7], 0] = np.nan
train[[2, 5, 9], 4] = np.nan
test = random.normal(size=(6, 5)) * [1, 1e-3, 1e6, 1, 2] + [0, 5, -3e7, 0, 1]
test[1, 0] = np.nan
test[4, 1] = np.nan

standard = StandardScaler().fit(train)
minmax = MinMaxScaler().fit(train)
symmetric = MinMaxScaler(feature_range=(-1, 1)).fit(train)
result = {
    'train': rows(train),
    'test': rows(test),
    'standard': {'mean': rows(standard.mean_)[0], 'scale': rows(standard.scale_)[0], 'test': rows(standard.transform(test))},
    'minmax': {'test': rows(minmax.transform(test))},
    'symmetric': {'test': rows(symmetric.transform(test))},
    'imputers': {},
}
for strategy in ['mean', 'median', 'most_frequent', 'constant']:
    imputer = SimpleImputer(strategy=strategy, fill_value=-1, add_indicator=True).fit(train)
    result['imputers'][strategy] = {
        'fill': rows(imputer.statistics_)[0],
        'test': rows(imputer.transform(test)),
    }

colours = ['red', 'Green', 'blue', 'red', 'äöü', 'blue', '', 'red']
sizes = [10, 9, 2.5, 9, 10, 2.5, 9, -1]
encoder = OneHotEncoder(sparse_output=False, handle_unknown='ignore')
encoded = encoder.fit_transform(np.array(list(zip(colours, sizes)), dtype=object))
result['onehot'] = {'colours': colours, 'sizes': sizes, 'encoded': rows(encoded)}
labels = LabelEncoder().fit(colours)
numbers = LabelEncoder().fit([10, 9, 2, -1])
result['labels'] = {'classes': list(labels.classes_), 'indices': [int(i) for i in labels.transform(colours)],
                    'numbers': [int(i) for i in numbers.classes_]}

result['describe'] = [
    {'mean': float(np.mean(c)), 'std': float(np.std(c, ddof=1)), 'quartiles': [float(q) for q in np.quantile(c, [0, .25, .5, .75, 1])],
     'unique': len(set(c))}
    for c in ([x for x in train[:, j] if not np.isnan(x)] for j in range(5))]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'preprocessing.json'), 'w') as file:
    json.dump(result, file)
    file.write('\n')
