#!/bin/sh
# The script a support engineer would write: each document of an outbox is validated, encrypted, wrapped, signed and posted.
#
# support_script.sh FOLDER ENDPOINT
#
# FOLDER holds outbox/*.xml, schema.xsd, key.pem, certificate.pem (ours), recipient.pem (theirs), and template.xml,
# the unsigned envelope with @MESSAGE@, @CONVERSATION@, @TIME@ and @PAYLOAD@ in it. A document that has been posted
# is moved to sent/. What the partner answered lies in answer.xml, and nobody reads it.
set -eu
cd "$1"
boundary="=_script"
time=$(date -u +%Y-%m-%dT%H:%M:%SZ)
template=$(cat template.xml)

# replace TEXT OLD NEW: without a process of its own.
replace() {
    rest=$1 replaced=
    while [ "${rest#*"$2"}" != "$rest" ]; do
        replaced=$replaced${rest%%"$2"*}$3
        rest=${rest#*"$2"}
    done
    replaced=$replaced$rest
}

for document in outbox/*.xml; do
    read -r message < /proc/sys/kernel/random/uuid
    read -r conversation < /proc/sys/kernel/random/uuid
    payload="payload.$message@script"
    xmllint --noout --nonet --schema schema.xsd "$document" 2> /dev/null
    openssl cms -encrypt -binary -aes-256-cbc -outform DER -in "$document" -out payload.p7m recipient.pem
    replace "$template" @MESSAGE@ "$message"
    replace "$replaced" @CONVERSATION@ "$conversation"
    replace "$replaced" @TIME@ "$time"
    replace "$replaced" @PAYLOAD@ "$payload"
    printf '%s' "$replaced" > unsigned.xml
    xmlsec1 --sign --privkey-pem key.pem,certificate.pem --url-map:"cid:$payload" payload.p7m \
        --output soap.xml unsigned.xml
    {
        printf -- '--%s\r\nContent-Type: text/xml; charset="UTF-8"\r\n' "$boundary"
        printf 'Content-ID: <soap@script>\r\nContent-Transfer-Encoding: binary\r\n\r\n'
        cat soap.xml
        printf '\r\n--%s\r\nContent-Type: application/pkcs7-mime; smime-type="enveloped-data"\r\n' "$boundary"
        printf 'Content-ID: <%s>\r\nContent-Transfer-Encoding: binary\r\n\r\n' "$payload"
        cat payload.p7m
        printf '\r\n--%s--\r\n' "$boundary"
    } > envelope.mime
    curl --silent --show-error --fail --output answer.xml --data-binary @envelope.mime \
        --header "Content-Type: multipart/related; type=\"text/xml\"; boundary=\"$boundary\"; start=\"<soap@script>\"" \
        --header 'SOAPAction: "ebXML"' "$2"
    mv "$document" sent/
done
